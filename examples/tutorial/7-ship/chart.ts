import { Chart, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { Backend, handler, Shard, ShardKey, State } from 'cdk8s-metaparticle';

export class Guests extends Chart {
  public readonly visits: Shard;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.visits = new Shard(this, 'Visits', {
      shards: 3,
      key: ShardKey.fromQuery('user'),
      backend: Backend.fromFunction(handler(async (request, { state, shard }) => {
        const { user } = request.query;
        return { user, visits: await state.increment(user), shard };
      }), { state: State.local({ size: Size.gibibytes(1) }) }),
    });
  }
}
