import { App, Chart, ChartProps } from 'cdk8s';
import { Construct } from 'constructs';
import { Backend, Gather, gathering, handler, ScatterGather, Shard, sharding, ShardKey } from 'cdk8s-metaparticle';

export class MyChart extends Chart {
  public readonly users: Shard;
  public readonly count: ScatterGather;

  constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    this.users = new Shard(this, 'Users', {
      shards: 2,
      key: ShardKey.fromFunction(sharding((request) => request.segments[1])),
      backend: Backend.fromFunction(handler((request, context) => (
        { user: request.segments[1], shard: context.shard }
      ))),
    });
    this.count = new ScatterGather(this, 'Count', {
      backends: this.users.backends,
      gather: Gather.fromFunction(gathering((answers) => ({ shards: answers.length }))),
    });
  }
}

const app = new App();
new MyChart(app, 'shop');
app.synth();
