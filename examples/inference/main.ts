import { App, Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Backend, Egress, Shard, ShardKey } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'inference');

const huggingFace = kplus.Secret.fromSecretName(chart, 'HuggingFace', 'hugging-face');
// Downloaded once, by the pod that comes first, and read by all.
const models = new kplus.PersistentVolumeClaim(chart, 'Models', {
  metadata: { name: 'models' },
  accessModes: [kplus.PersistentVolumeAccessMode.READ_WRITE_MANY],
  storage: Size.gibibytes(100),
});

// Requests that begin alike go to the GPU that has their beginning in its cache.
new Shard(chart, 'Chat', {
  shards: 2,
  replicas: 1,
  key: ShardKey.fromField('prompt_cache_key', { alternatives: ['user'] }),
  backend: Backend.fromImage('docker.io/vllm/vllm-openai:v0.11.0', {
    port: 8000,
    args: ['--model=Qwen/Qwen3-8B', '--download-dir=/models'],
    env: { HF_TOKEN: kplus.EnvValue.fromSecretValue({ secret: huggingFace, key: 'token' }) },
    readinessPath: '/health',
    startupTime: Duration.minutes(10),
    resources: {
      cpu: { request: kplus.Cpu.units(4), limit: kplus.Cpu.units(8) },
      memory: { request: Size.gibibytes(24), limit: Size.gibibytes(24) },
    },
    extendedResources: { 'nvidia.com/gpu': 1 },
    volumeMounts: [
      { path: '/models', volume: kplus.Volume.fromPersistentVolumeClaim(chart, 'Cache', models) },
      // Processes of one model talk through shared memory.
      {
        path: '/dev/shm',
        volume: kplus.Volume.fromEmptyDir(
          chart, 'Shm', 'shm', { medium: kplus.EmptyDirMedium.MEMORY, sizeLimit: Size.gibibytes(8) },
        ),
      },
    ],
    egress: [Egress.toHost('huggingface.co', 443)],
    // The router needs no GPU.
    pods: {
      nodeSelector: { 'nvidia.com/gpu.present': 'true' },
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
      runtimeClassName: 'nvidia',
      terminationGracePeriod: Duration.minutes(5),
      progressDeadline: Duration.minutes(15),
      // There is no second GPU to start the next version on.
      strategy: kplus.DeploymentStrategy.recreate(),
    },
  }),
  service: { port: 80 },
  router: {
    maxBodySize: Size.mebibytes(20),
    // A stream may be silent for minutes while a model thinks.
    idleTimeout: Duration.minutes(5),
    pods: { terminationGracePeriod: Duration.minutes(6) },
    // To find a key in 20 MiB of JSON.
    resources: { memory: { request: Size.mebibytes(1536), limit: Size.mebibytes(1536) } },
  },
});

app.synth();
