import { App, Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Backend, Egress, Shard, ShardKey } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'rooms');

// Who runs the cluster has made these Secrets; the settings are ours.
const database = kplus.Secret.fromSecretName(chart, 'Database', 'rooms-database');
const signing = kplus.Secret.fromSecretName(chart, 'Signing', 'rooms-signing');
const settings = new kplus.ConfigMap(
  chart, 'Settings', { metadata: { name: 'rooms-settings' }, data: { MAX_EDITORS: '50' } },
);

// People who edit a document together meet in one process: that of the shard which owns the document.
new Shard(chart, 'Rooms', {
  shards: 3,
  replicas: 1,
  key: ShardKey.fromPath('^/rooms/([^/]+)'),
  backend: Backend.fromImage('ghcr.io/acme/rooms:2.1.0', {
    port: 80,
    readinessPath: '/health',
    env: { KEYS_DIR: kplus.EnvValue.fromValue('/etc/rooms/keys') },
    envFrom: [kplus.Env.fromConfigMap(settings), kplus.Env.fromSecret(database)],
    volumeMounts: [{
      path: '/etc/rooms/keys',
      volume: kplus.Volume.fromSecret(chart, 'Keys', signing),
      readOnly: true,
    }],
    egress: [Egress.toHost('postgres.data.svc', 5432), Egress.toHost('sts.eu-west-1.amazonaws.com', 443)],
    pods: { serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/rooms' } },
  }),
  service: { port: 80 },
  // Nobody says anything for an hour, and stays connected.
  router: { idleTimeout: Duration.hours(1) },
  // A pod that is replaced, of the router or of a shard, lets people finish for ten minutes.
  pods: { terminationGracePeriod: Duration.minutes(10) },
});

app.synth();
