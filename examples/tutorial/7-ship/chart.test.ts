import { Testing } from 'cdk8s';
import { Guests } from './chart';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

jest.setTimeout(60_000);

const chart = new Guests(Testing.app(), 'guests');

test('the manifests are as they were reviewed', () => {
  // ConfigMaps are long, and immutable: where one changes, its name does.
  expect(Testing.synth(chart).filter(({ kind }) => kind !== 'ConfigMap')).toMatchSnapshot();
});

describe('running', () => {
  let cluster: LocalCluster;
  beforeAll(async () => { cluster = await LocalCluster.start(chart); });
  afterAll(async () => cluster?.stop());

  const visit = async (user: string) => cluster.fetch(chart.visits, `/?user=${user}`, { method: 'POST' });

  test('a user meets the shard that owns it', async () => {
    const answer = await visit('ann');
    expect(await answer.json()).toEqual({ user: 'ann', visits: 1, shard: chart.visits.shardOf('ann') });
  });

  test('visits outlive the pod that has counted them', async () => {
    const pod = cluster.servedBy(await visit('ada'))!;
    await pod.kill();
    expect(await (await visit('ada')).json()).toMatchObject({ visits: 2 });
  });
});
