import { Chart, Duration, Size, Testing } from 'cdk8s';
import { Cluster, Engine } from './engine';
import { Fault, faultyLeaf, secureFaultyLeaf } from './faulty-leaf';
import { failures } from './load';
import { Gather, ScatterGather } from 'cdk8s-metaparticle';

const TIMEOUT = 600;
/** What a loaded machine may add. */
const LATE = 250;

/** What the client is told of a leaf. */
const REASONS: Record<Exclude<Fault, 'sends two answers'>, RegExp> = {
  'resets': /^the connection broke: ECONNRESET$/,
  'resets mid-answer': /^the connection broke: ECONNRESET$|^it closed the connection within its answer$/,
  'closes': /^it closed the connection without an answer$/,
  'never answers': /^no answer within 600 ms$/,
  'trickles': /^no answer within 600 ms$/,
  'announces 1 GB': /^its answer is larger than 65536 bytes$/,
  'sends 1 GB': /^its answer is larger than 65536 bytes$/,
  'sends garbage': /^it answered something that is not HTTP\/1\.1$/,
  'says a wrong length': /^it closed the connection within its answer$/,
  'sends invalid JSON': /^the content type says JSON, and the body is not$/,
  'answers 500': /^it answered 500$/,
};
/** What differs by TLS, where anyone on the way can end an answer without a length. */
const SECURE_REASONS = { 'sends 1 GB': /^its answer has no length and no chunks: by TLS, nobody can tell its end$/ };

/** How one of three leaves misbehaves, in clear text or by TLS, and what becomes of it. */
export function leafFaults(engine: Engine, { secure = false } = {}): void {
  describe('one of three leaves', () => {
    let strict: ScatterGather;
    let lenient: ScatterGather;
    let faulty: Cluster;

    beforeAll(async () => {
      const chart = new Chart(Testing.app(), 'test');
      strict = new ScatterGather(chart, 'Strict', {
        leaves: 3,
        replicas: 1,
        backend: secure ? secureFaultyLeaf(chart) : faultyLeaf,
        gather: Gather.all(),
        timeout: Duration.millis(TIMEOUT),
        maxAnswerSize: Size.kibibytes(64),
      });
      lenient = new ScatterGather(chart, 'Lenient', {
        backends: strict.backends,
        gather: Gather.all(),
        minResponses: 2,
        timeout: Duration.millis(TIMEOUT),
        maxAnswerSize: Size.kibibytes(64),
      });
      faulty = await engine.start(chart);
    });
    afterAll(() => faulty.stop());

    const ask = async (target: ScatterGather, method: string, fault?: string) => {
      const started = performance.now();
      const answer = await faulty.fetch(
        target, '/', {
          method,
          headers: fault === undefined ? {} : { 'x-fault': fault },
          body: method === 'POST' ? 'x' : undefined,
        },
      );
      const body = await answer.json() as any;
      return {
        status: answer.status,
        responses: answer.headers.get('x-gather-responses'),
        body,
        milliseconds: performance.now() - started,
      };
    };
    const answersOf = (...leaves: number[]) => leaves.map((leaf) => ({ leaf, status: 200, body: leaf }));

    describe.each(['GET', 'POST'])('%s', (method) => {
      test.each(Object.entries({ ...REASONS, ...secure && SECURE_REASONS }))('that %s is left out when two answers are enough, '
        + 'and named when it must answer', async (fault, reason) => {
        const late = reason.source.includes('no answer within');
        const some = await ask(lenient, method, `1 ${fault}`);
        expect(some).toMatchObject({ status: 200, responses: '2/3', body: answersOf(0, 2) });
        const none = await ask(strict, method, `1 ${fault}`);
        expect(none).toMatchObject(
          {
            status: late ? 504 : 502,
            body: {
              status: late ? 504 : 502,
              detail: expect.stringMatching(/^[0-2] of 3 leaves answered, and 3 must$/),
            },
          },
        );
        expect(none.body.leaves).toContainEqual(
          { leaf: 1, name: 'strict-1', reason: expect.stringMatching(reason) },
        );
        if (late) expect(Math.min(some.milliseconds, none.milliseconds)).toBeGreaterThan(TIMEOUT - 5);
        expect(Math.max(some.milliseconds, none.milliseconds)).toBeLessThan(TIMEOUT + LATE);
        // it leaves nothing behind
        expect(await ask(strict, method)).toMatchObject({ status: 200, responses: '3/3', body: answersOf(0, 1, 2) });
      });

      test('that sends two answers is heard once, and no stray answer is ever taken for the next', async () => {
        for (let i = 0; i < 20; i++) {
          expect(await ask(strict, method, '1 sends two answers')).toMatchObject(
            { status: 200, responses: '3/3', body: answersOf(0, 1, 2) },
          );
        }
      });
    });

    test('that closes kept-alive connections at random costs no GET', async () => {
      const load = faulty.load(
        strict, { clients: 4, requests: [{ headers: { 'x-fault': '1 closes @0.1' } }], count: 500 },
      );
      const outcomes = await load.done();
      // a request is sent three times at most: one in a thousand meets three closes in a row
      expect(failures(outcomes).length).toBeLessThanOrEqual(3);
      expect(
        outcomes.filter(({ status, body }) => status === 200 && body !== JSON.stringify(answersOf(0, 1, 2))),
      ).toEqual(
        [],
      );
    });
  });
}
