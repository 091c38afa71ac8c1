import { App, Chart, Duration } from 'cdk8s';
import { Backend, Protocol, Shard, ShardKey, Spread } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'grpc');

const greeter = Backend.fromImage('ghcr.io/acme/greeter:1.4.2', {
  port: 50051,
  // Routers speak HTTP/2 to it, and its pods are ready when `grpc.health.v1.Health/Check` says that they serve.
  protocol: Protocol.GRPC,
});

// Each call goes to the replica with the fewest open ones, however few connections its callers have.
new Spread(chart, 'Greeter', {
  replicas: 3,
  backend: greeter,
  service: { port: 50051 },
  // How long either side of a stream may be silent, and how long streams may go on when a router ends.
  router: { timeout: Duration.minutes(5), pods: { terminationGracePeriod: Duration.minutes(10) } },
});

// Calls of one user go to the process that remembers that user: the key is in their metadata.
new Shard(chart, 'Sessions', {
  shards: 3,
  replicas: 1,
  key: ShardKey.fromHeader('x-user'),
  backend: greeter,
  service: { port: 50051 },
});

app.synth();
