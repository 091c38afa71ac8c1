import { Duration } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import type { BackendAddress, BackendBindOptions, IBackend } from '../backends/backend-interface';
import { checked } from '../checks/arguments/checked';
import { shown } from '../checks/arguments/shown';
import { refuse } from '../checks/errors';
import { jsonText } from '../checks/json';
import { checkDuration } from '../checks/numbers';
import { Refusal } from '../checks/refusal';
import type { BoundGather, LeafTarget } from '../front/root';

/** What is different about one leaf of a ScatterGather. */
export interface LeafOptions {
  /**
   * The name of the leaf in logs, metrics, failures and `x-gather-fallbacks`. It has 1 to 63 letters, digits, `-`, `_`
   * and `.`, with a letter or digit at both ends. No two leaves of a pattern have the same name.
   * @default - the pattern's name and the number of the leaf: `search-0`
   */
  readonly name?: string;

  /**
   * How long its answer may take: more than zero, and no more than the `timeout` of the pattern. After that the leaf
   * has failed, and the others go on.
   * @default - the pattern's
   */
  readonly timeout?: Duration;

  /**
   * Whether the pattern gives no answer without the answer of this leaf. When the leaf fails, the client gets a 502 at
   * once or, if the leaf was too late, a 504, whatever `minResponses` says. It is refused with `Gather.first()`, and
   * beside a `fallback`.
   * @default false
   */
  readonly required?: boolean;

  /**
   * What is used in place of its answer when the leaf does not answer, fails or is late. It is any JSON value of 64
   * KiB at most, with numbers as JavaScript prints them. For `Gather.concat()` it is an array, for `Gather.merge()` an
   * object.
   *
   * It is gathered as an answer with status 200, and counts in `minResponses`. It does not count in
   * `x-gather-responses`; instead `x-gather-fallbacks` names the leaves whose fallback is used. With `Gather.first()`,
   * the first fallback is used when no leaf answers.
   * @default - none, so that its answer is left out
   */
  readonly fallback?: any;
}

/**
 * A leaf of a ScatterGather that differs from the others. It takes the place of its backend in `backends`.
 *
 * ```ts
 * const needed = Leaf.of(products, { name: 'products', required: true });
 * const optional = Leaf.of(ratings, { name: 'ratings', timeout: Duration.millis(200), fallback: { stars: 0 } });
 * new ScatterGather(chart, 'Page', { backends: [needed, optional, offers], gather: Gather.merge() });
 * ```
 */
export class Leaf implements IBackend {
  /**
   * Makes a leaf, as an element of `backends`.
   *
   * @param backend what answers for the leaf
   * @throws where the backend is a leaf already
   */
  public static of(backend: IBackend, options: LeafOptions = {}): Leaf {
    [backend, options] = checked('Leaf.of', [backend, options]);
    if (backend instanceof Leaf) {
      throw new Refusal('Leaf.of is given what Leaf.of made: give it the backend, and all options at once');
    }
    return new Leaf(backend, options);
  }

  private constructor(
    /** @internal */
    public readonly _backend: IBackend,
    /** @internal */
    public readonly _options: LeafOptions,
  ) {}

  // Python's type checkers ask for every member of an interface, optional ones too.
  /** The number of replicas that the backend has by default. */
  public get defaultReplicas(): number | undefined {
    return this._backend.defaultReplicas;
  }

  /**
   * Refuses to be a backend, because only a ScatterGather can use a leaf.
   * @throws always
   */
  public bind(scope: Construct, _id: string, _options: BackendBindOptions): BackendAddress {
    refuse(scope, 'a backend is made by Leaf.of: only the elements of the backends of a ScatterGather may be; '
      + 'give the backend itself');
  }
}

/** A leaf, as a root is told of it. */
type LeafSpec = Omit<LeafTarget, 'address'>;

/** What a pattern says of all its leaves. */
interface Leaves {
  readonly pattern: string;
  readonly count: number;
  readonly timeout: Duration;
  readonly gather: BoundGather['kind'];
}

/** Bytes of a fallback as JSON. */
const LARGEST_FALLBACK = 65_536;
/** What is the same in a header's list, a label of Prometheus and a line of a log. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/**
 * What the leaves of a pattern are, in the order of their numbers.
 * @param backends as they were given, where each leaf has one of its own
 * @throws where an option is out of its range or contradicts another, or two leaves have one name
 */
export function leavesOf(scope: IConstruct, backends: readonly IBackend[], leaves: Leaves): LeafSpec[] {
  const names = new Map<string, number>();
  return Array.from({ length: leaves.count }, (_, index) => {
    const backend = backends[index];
    const own = backend instanceof Leaf ? backend._options : {};
    const named = { ...own, name: own.name ?? `${leaves.pattern}-${index}` };
    const spec = specOf(scope, `backends[${index}]`, named, leaves);
    const same = names.get(spec.name);
    if (same !== undefined) {
      refuse(scope, `backends[${same}] and backends[${index}] are both called ${spec.name}: give each leaf a name of `
        + 'its own');
    }
    names.set(spec.name, index);
    return spec;
  });
}

function specOf(
  scope: IConstruct, property: string, options: LeafOptions & { readonly name: string }, leaves: Leaves,
): LeafSpec {
  const { name, timeout, required, fallback } = options;
  if (!NAME.test(name)) {
    refuse(scope, `${property}.name is ${shown(name)}: it has 1 to 63 letters, digits, '-', '_' and '.', `
      + 'with a letter or digit at both ends');
  }
  if (timeout) {
    checkDuration(scope, `${property}.timeout`, timeout);
    const [own, all] = [timeout, leaves.timeout].map((each) => each.toMilliseconds());
    if (own > all) {
      refuse(scope, `${property}.timeout is ${own} ms and timeout is ${all} ms: no leaf has longer than all of them; `
        + 'make it shorter');
    }
  }
  if (required && leaves.gather === 'first') {
    refuse(scope, `${property}.required is true: Gather.first() answers with the fastest leaf's answer, whichever it `
      + 'is; leave required out');
  }
  if (fallback === undefined) return { name, timeout, required };
  if (required) {
    refuse(scope, `${property} is required and has a fallback: without its answer there is none, or the fallback `
      + 'stands in for it; leave one of the two out');
  }
  const text = jsonText(scope, `${property}.fallback`, fallback, LARGEST_FALLBACK);
  const opens = { concat: '[', merge: '{' }[leaves.gather as string];
  if (opens && !text.startsWith(opens)) {
    refuse(scope, `${property}.fallback is ${shown(fallback)}: Gather.${leaves.gather}() puts `
      + `${opens === '[' ? 'arrays together; give an array' : 'objects together; give an object'}`);
  }
  return { name, timeout, fallback: text };
}

/** What answers for a leaf. */
export function backendOf(leaf: IBackend): IBackend {
  return leaf instanceof Leaf ? leaf._backend : leaf;
}
