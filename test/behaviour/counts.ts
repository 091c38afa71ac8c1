import { Cluster } from './engine';
import { Load, LoadOptions, Outcome, reached } from './load';
import { random } from '../random';
import { Backend, handler, Pattern, State } from 'cdk8s-metaparticle';

/** Counts, and says how far: whoever has been told a number has it alone. */
export const counterWith = (state: State) => Backend.fromFunction(handler(
  async ({ method, query: { key } }, context) => (
    method === 'POST' ? context.state.increment(key) : await context.state.get(key) ?? 0
  ),
), { state });

const INCREMENTS = 10_000;
const KEYS = Array.from({ length: 20 }, (_, n) => `key-${n}`);
const LOAD: LoadOptions = {
  clients: 16, count: INCREMENTS, requests: KEYS.map((key) => ({ method: 'POST', path: `/?key=${key}` })),
};
/** Which pods are killed. */
export const SEED = Number(process.env.SEED ?? 1);
const next = random(SEED);

/** The counts of a pattern that counts. */
export class Counts {
  constructor(private readonly running: Cluster, private readonly pattern: Pattern) {}

  public async all(): Promise<Record<string, number>> {
    return Object.fromEntries(await Promise.all(KEYS.map(async (key) => {
      const answer = await this.running.fetch(this.pattern, `/?key=${key}`);
      return [key, Number(await answer.text())] as const;
    })));
  }

  /** Counts 10,000 times while any of the pods of groups are killed, and looks at what came of it. */
  public async survive(groups: readonly string[], kills: number): Promise<void> {
    const before = await this.all();
    const load = this.running.load(this.pattern, LOAD);
    const names = groups.flatMap((group) => this.running.pods(group).map(({ name }) => name));
    await this.killMeanwhile(load, names, kills);
    this.check(await load.done(), before, await this.all());
  }

  private async killMeanwhile(load: Load, names: readonly string[], kills: number): Promise<void> {
    for (let kill = 1; kill <= kills; kill++) {
      await reached(load, Math.floor(kill * INCREMENTS / (kills + 1)));
      const pod = this.running.pod(names[Math.floor(next() * names.length)]);
      await pod.kill();
      await pod.ready();
    }
  }

  /**
   * Each number was told to one client only, so none was counted twice, and each is within what is counted now, so
   * none was lost. What is counted beyond that was asked for by clients that heard nothing.
   */
  private check(outcomes: readonly Outcome[], before: Record<string, number>, after: Record<string, number>): void {
    for (const key of KEYS) {
      const mine = outcomes.filter(({ path }) => path === `/?key=${key}`);
      const told = mine.filter(({ status }) => status === 200).map(({ body }) => Number(body));
      expect(new Set(told).size).toBe(told.length);
      expect(Math.min(...told)).toBeGreaterThan(before[key]);
      expect(after[key]).toBeGreaterThanOrEqual(Math.max(...told));
      const beyond = after[key] - before[key] - told.length;
      expect(beyond).toBeGreaterThanOrEqual(0);
      expect(beyond).toBeLessThanOrEqual(mine.length - told.length);
    }
    // A kill meets what its pod has at hand, and no more.
    expect(outcomes.filter(({ status }) => status !== 200).length).toBeLessThan(INCREMENTS / 20);
  }
}
