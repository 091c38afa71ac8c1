import type { HeaderWay, Way } from '../../src/contract';
import { StartError } from '../shared/config';

/** How a request is written for a leaf. */
export interface Form {
  /** What Host says; without it, what the request says. */
  readonly host?: string;
  /** What stands in front of the path. */
  readonly basePath: string;
  /** Header lines of its own, and what is said of codings. */
  readonly lines: string;
  /** The names of these headers, in lower case. */
  readonly own: ReadonlySet<string>;
  /**
   * Whether a header goes there that the caller has sent, or that we say of the caller, by its name in lower case
   * with dashes; without it, all do.
   */
  readonly passes?: (name: string) => boolean;
}

/** Answers are read here: they must come as they are. */
const IDENTITY = 'accept-encoding: identity\r\n';
/** What no header's value may hold, or cannot: a character that was no UTF-8. */
const UNSENDABLE = /[\0-\x1f\x7f\ufffd]/;

/** Forms, each once: requests are written once in each, and not for each leaf. */
export class Forms {
  private readonly keys: string[] = [];
  private readonly known: Form[] = [];

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** In the order of the numbers that `of` returns. */
  public get all(): readonly Form[] {
    return this.known;
  }

  /** The number of the form for a way. Throws a StartError where it needs a variable that is not as it should be. */
  public of({ host, basePath, headers, only, without }: Way = {}): number {
    const key = JSON.stringify([host, basePath, headers, only, without]);
    const at = this.keys.indexOf(key);
    if (at >= 0) return at;
    this.known.push(this.form({ host, basePath, headers, only, without }));
    return this.keys.push(key) - 1;
  }

  private form({ host, basePath = '', headers = [], only, without = [] }: Way): Form {
    const own = new Set(headers.map(({ name }) => name));
    const left = new Set([...own, ...without]);
    const right = only && new Set(only);
    const passes = (name: string) => (
      !left.has(name) && (!right || right.has(name) || name.startsWith('content-'))
    );
    return {
      host,
      basePath,
      own,
      lines: headers.map((header) => `${header.name}: ${valueOf(header, this.env)}\r\n`).join('')
        + (own.has('accept-encoding') ? '' : IDENTITY),
      passes: left.size > 0 || right ? passes : undefined,
    };
  }
}

function valueOf({ text, secret }: HeaderWay, env: NodeJS.ProcessEnv): string {
  if (secret === undefined) return text;
  const value = env[secret]?.replace(/\r?\n$/, '');
  if (value === undefined) {
    throw new StartError(`the environment variable ${secret} is missing: it has the value of a header`);
  }
  if (UNSENDABLE.test(value)) {
    throw new StartError(`the environment variable ${secret} has a line break, a control character or a byte that is `
      + 'no UTF-8: the value of a header can have none');
  }
  // heads are written byte by byte
  return text + Buffer.from(value).toString('latin1');
}
