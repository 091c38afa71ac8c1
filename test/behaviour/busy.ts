import { Load, Outcome, reached } from './load';

/** Several loads as one. */
export class Busy {
  constructor(private readonly loads: readonly Load[]) {}

  /** Resolves when each load has so many outcomes more. */
  public async goesOn(count = 100): Promise<void> {
    await Promise.all(this.loads.map((load) => reached(load, load.outcomes.length + count)));
  }

  public async stop(): Promise<Outcome[]> {
    return (await Promise.all(this.loads.map((load) => load.stop()))).flat();
  }
}
