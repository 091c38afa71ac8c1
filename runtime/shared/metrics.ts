/** Upper bounds of the latency buckets, in seconds: those of the Prometheus client libraries, and one below. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Something that appears on the metrics page. */
interface Family {
  /** Its lines. */
  render(): string;
}

/** A number that only grows, one for each combination of its labels. */
export class Counter implements Family {
  private readonly values = new Map<string, number>();

  constructor(private readonly name: string, private readonly help: string, private readonly labels: readonly string[]) {}

  /** Counts one. The values are for a bounded set of words of ours: each combination stays in memory for good, and none is escaped. */
  public inc(...values: ReadonlyArray<string | number>): void {
    this.add(1, ...values);
  }

  /** Counts several. */
  public add(count: number, ...values: ReadonlyArray<string | number>): void {
    const key = labelled(this.labels, values);
    this.values.set(key, (this.values.get(key) ?? 0) + count);
  }

  public render(): string {
    return head(this.name, this.help, 'counter') + [...this.values].map(([key, value]) => `${this.name}{${key}} ${value}\n`).join('');
  }
}

/** How long something takes: counts in buckets, for each combination of its labels. */
export class Histogram implements Family {
  private readonly series = new Map<string, Series>();

  constructor(private readonly name: string, private readonly help: string, private readonly labels: readonly string[] = []) {}

  /** Counts one that took `seconds`. */
  public observe(seconds: number, ...values: ReadonlyArray<string | number>): void {
    const key = labelled(this.labels, values);
    let series = this.series.get(key);
    if (!series) this.series.set(key, series = { counts: new Array(BUCKETS.length + 1).fill(0), sum: 0 });
    series.sum += seconds;
    const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
    series.counts[bucket < 0 ? BUCKETS.length : bucket]++;
  }

  public render(): string {
    return head(this.name, this.help, 'histogram') + [...this.series].map(([key, series]) => this.lines(key, series)).join('');
  }

  private lines(key: string, { counts, sum }: Series): string {
    let total = 0;
    const buckets = [...BUCKETS, '+Inf'].map((bound, i) => `${this.name}_bucket{${key && `${key},`}le="${bound}"} ${total += counts[i]}\n`);
    const labels = key && `{${key}}`;
    return buckets.join('') + `${this.name}_sum${labels} ${sum}\n${this.name}_count${labels} ${total}\n`;
  }
}

interface Series {
  readonly counts: number[];
  sum: number;
}

function labelled(labels: readonly string[], values: ReadonlyArray<string | number>): string {
  return labels.map((label, i) => `${label}="${values[i]}"`).join(',');
}

/** What a program tells Prometheus, in the text format 0.0.4. */
export class Metrics {
  private readonly families: Family[] = [];

  /** With what every program tells: memory, CPU time, start. */
  constructor() {
    const start = Date.now() / 1000 - process.uptime();
    const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;
    this.reading('process_cpu_seconds_total', 'CPU time used, user and system.', 'counter', () => seconds(process.cpuUsage()));
    this.reading('process_resident_memory_bytes', 'Resident memory.', 'gauge', () => process.memoryUsage.rss());
    this.reading('process_start_time_seconds', 'When the process started, Unix time.', 'gauge', () => start);
    this.reading('nodejs_heap_size_used_bytes', 'Heap in use.', 'gauge', () => process.memoryUsage().heapUsed);
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
