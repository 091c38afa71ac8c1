import { cpuSeconds } from './cpu';
import { load, LoadSpec } from './load';

/** One of those that are compared: they do the same work, each in its way. */
export interface Candidate {
  readonly name: string;
  readonly load: Omit<LoadSpec, 'requests'>;
  /** The processes whose CPU time counts. */
  readonly processes: readonly number[];
}

/** What one was seen to need: medians over all rounds. */
export interface Cost {
  readonly name: string;
  /** Microseconds of CPU for a request. */
  readonly cpu: number;
  /**
   * CPU time of the first candidate, divided by this one's, in the same round: 0.5 where this one needs twice as much.
   */
  readonly ratio: number;
  /** The same for each of the others: CPU time of that one, divided by this one's. By their places. */
  readonly ratios: readonly number[];
  /** Milliseconds within which half of the answers came. */
  readonly p50: number;
  /** Milliseconds within which 99 of 100 answers came. */
  readonly p99: number;
}

/** One candidate in one round. */
type Sample = Pick<Cost, 'cpu' | 'p50' | 'p99'>;

/**
 * Loads each candidate in turn, round after round, so that what else the machine does meets all of them alike. The
 * first round warms up.
 */
export async function compare(
  candidates: readonly Candidate[], { rounds, requests }: { rounds: number; requests: number },
): Promise<Cost[]> {
  const samples: Sample[][] = [];
  for (let round = 0; round <= rounds; round++) {
    process.stderr.write(`\rround ${round} of ${rounds}`);
    const sample: Sample[] = [];
    for (const candidate of candidates) sample.push(await measure(candidate, requests));
    if (round > 0) samples.push(sample);
  }
  process.stderr.write('\r\x1b[K');
  const ratioOf = (at: number, other: number) => median(samples.map((sample) => sample[other].cpu / sample[at].cpu));
  return candidates.map(({ name }, at) => ({
    name,
    cpu: median(samples.map((sample) => sample[at].cpu)),
    ratio: ratioOf(at, 0),
    ratios: candidates.map((_, other) => ratioOf(at, other)),
    p50: median(samples.map((sample) => sample[at].p50)),
    p99: median(samples.map((sample) => sample[at].p99)),
  }));
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

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
