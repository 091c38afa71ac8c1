import { cpuSeconds } from './cpu';
import { load, LoadSpec } from './load';
import type { Table } from './section';
import { Figure, figure, shown } from './statistics';

/** One of those that are compared. All do the same work, each in its way. */
export interface Candidate {
  readonly name: string;
  readonly load: Omit<LoadSpec, 'requests'>;
  /** The processes whose CPU time counts. */
  readonly processes: readonly number[];
  /** The CPU time it may take, as a multiple of another candidate's. @default - there is no goal */
  readonly goal?: { readonly atMost: number; readonly of: string };
}

/** What a candidate was seen to need. */
export interface Cost extends Pick<Candidate, 'name' | 'goal'> {
  /** Microseconds of CPU for a request. */
  readonly cpu: Figure;
  /** Milliseconds within which half of the answers came: the median of all rounds. */
  readonly p50: number;
  /** Milliseconds within which 99 of 100 answers came: the median of all rounds. */
  readonly p99: number;
  /** CPU time of this one divided by that of another in the same round. @throws where there is no such candidate */
  times(other: string): Figure;
}

/** One candidate in one round. */
interface Sample { readonly cpu: number; readonly p50: number; readonly p99: number }

export const ROUNDS = 9;

/**
 * Loads each candidate in turn, round after round, so that what else the machine does meets all of them alike. The
 * first round warms up.
 */
export async function compare(
  candidates: readonly Candidate[], { rounds = ROUNDS, requests }: { rounds?: number; requests: number },
): Promise<Cost[]> {
  const samples: Sample[][] = candidates.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    process.stderr.write(`\rround ${round} of ${rounds}`);
    for (const [at, candidate] of candidates.entries()) {
      const sample = await measure(candidate, requests);
      if (round > 0) samples[at].push(sample);
    }
  }
  process.stderr.write('\r\x1b[K');
  return candidates.map(({ name, goal }, at) => ({
    name,
    goal,
    cpu: figure(samples[at].map(({ cpu }) => cpu)),
    p50: figure(samples[at].map(({ p50 }) => p50)).median,
    p99: figure(samples[at].map(({ p99 }) => p99)).median,
    times: (other) => {
      const place = candidates.findIndex((each) => each.name === other);
      if (place < 0) throw new Error(`there is no candidate ${other}`);
      return figure(samples[at].map(({ cpu }, round) => cpu / samples[place][round].cpu));
    },
  }));
}

/** A row for each candidate: its CPU time, and that as a multiple of the others named in `of`. */
export function costTable(what: string, costs: readonly Cost[], of: readonly string[]): Table {
  const hasGoals = costs.some(({ goal }) => goal);
  return {
    header: [
      what, 'µs CPU a request', ...of.map((other) => `of ${other}`), ...hasGoals ? ['goal'] : [],
      'p50 ms', 'p99 ms',
    ],
    rows: costs.map(({ name, cpu, goal, p50, p99, times }) => [
      name,
      shown(cpu, 1),
      ...of.map((other) => other === name ? '1' : shown(times(other))),
      ...hasGoals ? [goal ? verdict(goal, times(goal.of)) : ''] : [],
      p50.toFixed(1),
      p99.toFixed(1),
    ]),
  };
}

function verdict({ atMost, of }: Required<Candidate>['goal'], { median }: Figure): string {
  return `≤ ${atMost} of ${of}: ${median <= atMost ? 'met' : 'missed'}`;
}

/** Loads one candidate. @throws where a request fails: what does not work is not fast */
async function measure({ name, processes, load: spec }: Candidate, requests: number): Promise<Sample> {
  const before = cpuSeconds(processes);
  const { statuses, p50, p99 } = await load({ ...spec, requests });
  if (statuses['200'] !== requests) {
    throw new Error(`${name}: of ${requests} requests not all were answered with 200: ${JSON.stringify(statuses)}`);
  }
  return { cpu: (cpuSeconds(processes) - before) / requests * 1e6, p50, p99 };
}
