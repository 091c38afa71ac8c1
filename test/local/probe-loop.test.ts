import { Probe } from '../../src/local/manifests/kube';
import { ProbeLoop } from '../../src/local/pods/probe';

/** What a probe told after so many seconds, when the container's answers are these, one for each look. */
async function told(probe: Probe, answers: boolean[], eager = false, since = Date.now()): Promise<string[]> {
  const notes: string[] = [];
  const start = Date.now();
  const note = (text: string) => notes.push(`${(Date.now() - start) / 1000} s: ${text}`);
  const loop = new ProbeLoop(probe, since, eager, {
    act: async () => answers.shift() ? undefined : 'refused',
    failed: () => {},
    succeeded: () => note('succeeded'),
    gaveUp: (failure) => note(failure),
  });
  while (answers.length > 0) await jest.advanceTimersByTimeAsync(50);
  loop.stop();
  return notes;
}

beforeEach(() => { jest.useFakeTimers(); });
afterEach(() => { jest.useRealTimers(); });

const [yes, no] = [true, false];

test.each<[string, Probe, boolean[], string[]]>([
  ['without any number looks every 10 s and gives up after three failures', {}, [no, no, no, no], ['20 s: refused']],
  [
    'of zeros is one without any number',
    { periodSeconds: 0, failureThreshold: 0, successThreshold: 0 },
    [yes, no, no, no],
    ['0 s: succeeded', '30 s: refused'],
  ],
  [
    'first looks after its initial delay, then every period',
    { initialDelaySeconds: 5, periodSeconds: 2 },
    [yes, yes],
    ['5 s: succeeded'],
  ],
  [
    'has succeeded after as many successes in a row as its threshold',
    { periodSeconds: 1, successThreshold: 3 },
    [yes, yes, no, yes, yes, yes],
    ['5 s: succeeded'],
  ],
  [
    'gives up after as many failures in a row as its threshold',
    { periodSeconds: 1, failureThreshold: 2 },
    [yes, no, yes, no, no],
    ['0 s: succeeded', '2 s: succeeded', '4 s: refused'],
  ],
])('a probe %s', async (_, probe, answers, expected) => {
  expect(await told(probe, answers)).toEqual(expected);
});

test('the initial delay begins when the container starts, not when the probe does', async () => {
  expect(await told({ initialDelaySeconds: 5 }, [yes], false, Date.now() - 4000)).toEqual(['1 s: succeeded']);
  expect(await told({ initialDelaySeconds: 5 }, [yes], false, Date.now() - 9000)).toEqual(['0 s: succeeded']);
});

test('an eager probe looks in between until its first success, and what fails there does not count', async () => {
  expect(await told({ periodSeconds: 10, failureThreshold: 2 }, [no, no, no, yes], true)).toEqual(
    ['0.35 s: succeeded'],
  );
});
