import { ApiObject, App, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Backend, Spread } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'legacy');

// What runs today, as it was written for cdk8s-plus: here a line of code, elsewhere an image of yours.
const orders = new kplus.Deployment(chart, 'Orders', {
  metadata: { name: 'orders' },
  podMetadata: { labels: { 'app.kubernetes.io/name': 'orders', 'app.kubernetes.io/instance': 'orders' } },
  replicas: 2,
  strategy: kplus.DeploymentStrategy.rollingUpdate({ maxUnavailable: kplus.PercentOrAbsolute.absolute(0) }),
  // After the `preStop` there must be time for requests that are open.
  terminationGracePeriod: Duration.seconds(30),
  containers: [{
    name: 'orders',
    image: 'node:24-alpine',
    imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT,
    command: ['node', '-e', `
      const { HOSTNAME, LISTEN_ADDRESS } = process.env;
      const server = require('node:http').createServer((request, response) => {
        if (!server.listening) response.setHeader('connection', 'close');
        response.end(HOSTNAME);
      });
      server.listen(8080, LISTEN_ADDRESS);
      process.on('SIGTERM', () => server.close());
    `],
    ports: [{ name: 'http', number: 8080 }],
    // Routers know the pods that answer it, and no others.
    readiness: kplus.Probe.fromHttpGet('/', { port: 8080, periodSeconds: Duration.seconds(2) }),
    liveness: kplus.Probe.fromTcpSocket({ port: 8080 }),
    // For so long a pod goes on as before, while everybody hears that it will end.
    lifecycle: { preStop: kplus.Handler.fromCommand(['sleep', '5']) },
    resources: {
      cpu: { request: kplus.Cpu.millis(50), limit: kplus.Cpu.units(1) },
      memory: { request: Size.mebibytes(128), limit: Size.mebibytes(128) },
      ephemeralStorage: { request: Size.gibibytes(1), limit: Size.gibibytes(1) },
    },
    securityContext: { user: 10001, group: 10001 },
  }],
});
orders.scheduling.spread({ weight: 100 });
// What the restricted Pod Security Standard wants beside that, and cdk8s-plus-27 does not know.
ApiObject.of(orders).addJsonPatch(
  JsonPatch.add('/spec/template/spec/securityContext/seccompProfile', { type: 'RuntimeDefault' }),
  JsonPatch.add('/spec/template/spec/containers/0/securityContext/capabilities', { drop: ['ALL'] }),
);

// A router in front: requests go to the pod with the fewest open ones, and no GET is lost with a pod.
const web = new Spread(chart, 'Web', { backend: Backend.fromDeployment(orders) });
// As callers come to it today, and as they will: through an Ingress, and through a Gateway that the cluster has.
web.exposeViaIngress('/orders');
web.exposeViaRoute(['shop.example.com'], { name: 'public', namespace: 'gateways' }, '/orders');

app.synth();
