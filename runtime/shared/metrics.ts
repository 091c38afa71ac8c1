import { BUCKETS } from './buckets';

/** Something that appears on the metrics page. */
interface Family {
  /** Its lines. */
  render(): string;
}

/**
 * One line of a family for each combination of its labels. The values are for a bounded set of words of ours: each
 * stays in memory for good, and none is escaped.
 */
abstract class Labelled<Series> implements Family {
  private readonly series = new Map<string, Series>();

  constructor(
    protected readonly name: string, private readonly help: string, private readonly type: string,
    private readonly labels: readonly string[],
  ) {}

  /**
   * The line with these values of the labels: kept by those who count often, for whom to find it would be the
   * larger part of the work.
   */
  public with(...values: ReadonlyArray<string | number>): Series {
    const key = this.labels.map((label, i) => `${label}="${values[i]}"`).join(',');
    let series = this.series.get(key);
    if (!series) this.series.set(key, series = this.create());
    return series;
  }

  public render(): string {
    return head(this.name, this.help, this.type)
      + [...this.series].map(([key, series]) => this.lines(key, series)).join('');
  }

  protected abstract create(): Series;
  protected abstract lines(key: string, series: Series): string;
}

/** A number that only grows. */
export class Counter extends Labelled<{ count: number }> {
  constructor(name: string, help: string, labels: readonly string[]) {
    super(name, help, 'counter', labels);
  }

  /** Counts one. */
  public inc(...values: ReadonlyArray<string | number>): void {
    this.with(...values).count++;
  }

  protected create(): { count: number } {
    return { count: 0 };
  }

  protected lines(key: string, { count }: { count: number }): string {
    return `${this.name}{${key}} ${count}\n`;
  }
}

/** A number that goes up and down. */
export class Gauge extends Labelled<{ value: number }> {
  constructor(name: string, help: string, labels: readonly string[]) {
    super(name, help, 'gauge', labels);
  }

  protected create(): { value: number } {
    return { value: 0 };
  }

  protected lines(key: string, { value }: { value: number }): string {
    return `${this.name}{${key}} ${value}\n`;
  }
}

/** How long something takes: counts in buckets. */
export class Histogram extends Labelled<Durations> {
  constructor(name: string, help: string, labels: readonly string[] = []) {
    super(name, help, 'histogram', labels);
  }

  protected create(): Durations {
    return new Durations();
  }

  protected lines(key: string, { counts, sum }: Durations): string {
    let total = 0;
    const buckets = [...BUCKETS, '+Inf'].map((bound, i) => (
      `${this.name}_bucket{${key && `${key},`}le="${bound}"} ${total += counts[i]}\n`
    ));
    const labels = key && `{${key}}`;
    return buckets.join('') + `${this.name}_sum${labels} ${sum}\n${this.name}_count${labels} ${total}\n`;
  }
}

/** Counts of durations, by bucket. */
export class Durations {
  public readonly counts = new Array<number>(BUCKETS.length + 1).fill(0);
  public sum = 0;

  /** Counts one that took `seconds`. */
  public observe(seconds: number): void {
    this.sum += seconds;
    let bucket = 0;
    while (seconds > BUCKETS[bucket]) bucket++;
    this.counts[bucket]++;
  }
}

/** What a program tells Prometheus, in the text format 0.0.4. */
export class Metrics {
  private readonly families: Family[] = [];

  /** With what every program tells: memory, CPU time, start. */
  constructor() {
    const start = Date.now() / 1000 - process.uptime();
    const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;
    this.reading('process_cpu_seconds_total', 'CPU time used, user and system.', 'counter', () => (
      seconds(process.cpuUsage())
    ));
    this.reading('process_resident_memory_bytes', 'Resident memory.', 'gauge', () => process.memoryUsage.rss());
    this.reading('process_start_time_seconds', 'When the process started, Unix time.', 'gauge', () => start);
    this.reading('nodejs_heap_size_used_bytes', 'Heap in use.', 'gauge', () => process.memoryUsage().heapUsed);
    // not process_open_fds: a program that may read no file cannot count them
    this.reading('nodejs_active_resources', 'Sockets, timers and the like that are open.', 'gauge', () => (
      process.getActiveResourcesInfo().length
    ));
  }

  /** Puts a counter or histogram on the page. */
  public add<F extends Family>(family: F): F {
    this.families.push(family);
    return family;
  }

  /** Puts a value on the page that is read when the page is. */
  public reading(name: string, help: string, type: 'gauge' | 'counter', read: () => number): void {
    this.add({ render: () => head(name, help, type) + `${name} ${read()}\n` });
  }

  /** The whole page. */
  public render(): string {
    return this.families.map((family) => family.render()).join('');
  }
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}
