import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { checkCircuitBreaker, CircuitBreaker } from './circuit-breaker';
import { Gather } from './gather';
import { backendsOf, boundGroups, GroupsProps, LEAVES } from './group-backends';
import { backendOf, leavesOf } from './leaf';
import { Pattern } from './pattern';
import { checkLeaves } from './protocols';
import { Scatter } from './scatter';
import { ExistingBackend, placeOf } from '../backends/address';
import type { BackendAddress } from '../backends/backend-interface';
import { checked } from '../checks/arguments/checked';
import { refuse } from '../checks/errors';
import { checkDuration, checkSize, checkWhole } from '../checks/numbers';
import { LeafTarget, root, RootOptions } from '../front/root';
import { nameOf } from '../manifests/names';

/** Options of a `ScatterGather`. */
export interface ScatterGatherProps extends GroupsProps {
  /**
   * What each leaf is asked, and which leaves are asked at all.
   * @default - every leaf gets the client's request
   */
  readonly scatter?: Scatter;

  /**
   * How the leaves' answers become one answer.
   */
  readonly gather: Gather;

  /**
   * How many leaves there are, from 1 to 128.
   * @default - the number of `backends`; with a `backend`, it must be given
   */
  readonly leaves?: number;

  /**
   * How long the leaves may take together. It must be longer than zero. Then the answers that have come are gathered.
   * If they are fewer than `minResponses`, the client gets a 504.
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;

  /**
   * How many leaves must answer, from 1 to the number of leaves. If `scatter` asks fewer leaves than that, all of
   * these must answer. With fewer answers the client gets a 502 or, when the time is up, a 504. It names each missing
   * leaf and the reason. If all leaves answer with the same status of 400 or more that `accept` does not name, such as
   * 404, 401 or 503, the client gets that status. With enough answers, the other leaves still have until the
   * `timeout`. The fallback of a leaf (see `Leaf`) counts as an answer.
   * @default - all leaves that are asked, or 1 with `Gather.first()`, which takes no other number
   */
  readonly minResponses?: number;

  /**
   * After what time a safe request (GET, HEAD, OPTIONS) that a leaf has not answered is also sent to another replica
   * of that leaf. It must be longer than zero and shorter than the `timeout`. The answer that comes first counts. Set
   * to the p95 latency, this adds about 5 % load.
   * @default - never
   */
  readonly hedgeAfter?: Duration;

  /**
   * When a leaf that fails request after request is skipped for a while. It then counts as failed at once, without a
   * time-out, and has time to recover. Each root pod decides for itself. No answer, a time-out, a 5xx and an answer
   * that cannot be gathered are failures. Any other status that `accept` does not name is the client's fault. It
   * counts neither way, and neither does a request whose answer nobody waited for.
   * @default - never, because a single replica that fails is left alone for 2 seconds anyway, and while a whole leaf
   * is skipped, answers miss a part that it might have given
   */
  readonly circuitBreaker?: CircuitBreaker;

  /**
   * Which statuses count as an answer: single ones from 200 to 599, such as `200`, or all of a class, such as `2xx`. A
   * leaf that answers with another status has failed. A leaf that answers a GET, HEAD or OPTIONS with 429 or 503 and a
   * `retry-after` is asked again at that time, at most three times, unless its time is up before. With
   * `Gather.first()` a 304, 412 or 416 that answers a condition or range of the request counts too.
   * @default ['2xx']
   */
  readonly accept?: string[];

  /**
   * The largest request body, more than nothing. A longer one is answered with 413. It is held in memory, to be sent
   * to every leaf, and must fit into a quarter of `root.resources.memory`.
   * @default Size.mebibytes(1)
   */
  readonly maxBodySize?: Size;

  /**
   * The largest body of one leaf's answer, more than nothing. A leaf that sends a longer one has failed. The answers
   * of all leaves must fit into a quarter of `root.resources.memory`.
   * @default Size.mebibytes(1)
   */
  readonly maxAnswerSize?: Size;

  /**
   * Requests that one root pod works on at a time, from 1 to 10000. Further ones are answered at once with
   * 503 and `retry-after`.
   * @default 100
   */
  readonly maxConcurrency?: number;

  /**
   * The program in front of the leaves.
   * @default - two pods of stock Node
   */
  readonly root?: RootOptions;
}

/**
 * Sends each request to all leaves at once, and makes one answer of theirs by a deadline.
 *
 * Leaves get the method, path, query, headers and body of the request, or what `scatter` makes of them. The header
 * `x-gather-responses` of the answer says how many leaves have answered, for example `4/5`. Leaves that differ from
 * the others are made by `Leaf.of`.
 *
 * ```ts
 * new ScatterGather(chart, 'Search', {
 *   leaves: 4,
 *   backend: Backend.fromImage('ghcr.io/acme/search:1.4.2', { port: 8080 }),
 *   gather: Gather.concat(),
 *   timeout: Duration.millis(300),
 *   minResponses: 3,
 * });
 * ```
 */
export class ScatterGather extends Pattern {
  /** The root's Service: what callers talk to. Declare its type, as in `const service: kplus.Service = …`. */
  public readonly service: any;
  /** The leaves, each as a backend, in the order of their numbers. */
  public readonly backends: ExistingBackend[];
  /** The address at which other patterns reach this one. */
  public readonly address: BackendAddress;
  /** How many leaves there are. */
  public readonly leaves: number;
  /**
   * How many replicas each leaf has, where the pattern makes them. With `scaling`, or where they differ, it is the
   * most of them.
   */
  public readonly replicas: number;
  /** How many leaves must answer. */
  public readonly minResponses: number;
  /** How long the leaves may take together. */
  public readonly timeout: Duration;

  /**
   * @throws where a prop is out of its range, both or neither of `backend` and `backends` are given, the answers may
   * be larger than the root's memory, or the id makes a name that is taken, too long or no DNS label
   */
  constructor(scope: Construct, id: string, props: ScatterGatherProps) {
    [scope, id, props] = checked('ScatterGather', [scope, id, props], { subclass: new.target !== ScatterGather });
    super(scope, id, props);
    const name = nameOf(this);
    const {
      timeout = Duration.seconds(10), hedgeAfter, circuitBreaker, accept = ['2xx'],
      maxBodySize = Size.mebibytes(1), maxAnswerSize = Size.mebibytes(1), maxConcurrency = 100,
    } = props;
    const gather = props.gather._bind(this);
    const scatter = props.scatter?._bind(this);
    const first = gather.kind === 'first';
    const elements = backendsOf(this, props, LEAVES, props.leaves);
    this.leaves = elements.length;
    this.minResponses = props.minResponses ?? (first ? 1 : this.leaves);
    this.timeout = timeout;

    if (first && this.minResponses !== 1) {
      refuse(this, `minResponses is ${this.minResponses}: `
        + "Gather.first() answers with one leaf's answer; leave minResponses out");
    }
    checkWhole(this, 'minResponses', this.minResponses, 1, this.leaves, `there are ${this.leaves} leaves`);
    checkDuration(this, 'timeout', timeout);
    if (hedgeAfter) checkHedge(this, hedgeAfter, timeout);
    if (circuitBreaker) checkCircuitBreaker(this, circuitBreaker);
    checkAccept(this, accept);
    checkSize(this, 'maxBodySize', maxBodySize);
    checkSize(this, 'maxAnswerSize', maxAnswerSize);
    checkWhole(this, 'maxConcurrency', maxConcurrency, 1, 10_000);

    // of a template there are several, none of them other than the others
    const backends = props.backends ? elements.map(backendOf) : elements;
    const specs = leavesOf(this, props.backends ?? [], {
      pattern: name, count: this.leaves, timeout, gather: gather.kind,
    });
    const { addresses, replicas } = boundGroups(this, backends, props, LEAVES);
    this.replicas = replicas;
    checkLeaves(this, addresses);
    const owns = scatter === undefined ? undefined : ownsOf(addresses);
    const made = root(this, {
      leaves: addresses.map((address, leaf) => ({ ...specs[leaf], address, owns: owns?.[leaf] })),
      clients: props.clients,
      service: props.service,
      scatter,
      gather,
      timeout,
      minResponses: this.minResponses,
      hedgeAfter,
      circuitBreaker,
      accept,
      maxBodySize,
      maxAnswerSize,
      maxConcurrency,
    }, props.root);
    this.backends = addresses.map((address) => ExistingBackend._at(address));
    this.service = made.service;
    this.address = made.address;
  }
}

/** Which shard each leaf is, where all are those of one Shard. */
function ownsOf(addresses: readonly BackendAddress[]): LeafTarget['owns'][] | undefined {
  const places = addresses.map(placeOf);
  const [first] = places;
  if (!first || places.some((place) => place?.pattern !== first.pattern)) return undefined;
  return places.map((place) => ({ shard: place!.shard, of: first.of }));
}

function checkHedge(scope: Construct, hedgeAfter: Duration, timeout: Duration): void {
  checkDuration(scope, 'hedgeAfter', hedgeAfter);
  if (hedgeAfter.toMilliseconds() < timeout.toMilliseconds()) return;
  refuse(scope, `hedgeAfter is ${hedgeAfter.toMilliseconds()} ms and timeout is ${timeout.toMilliseconds()} ms: `
    + 'a second request needs time to be answered; make hedgeAfter shorter than timeout');
}

function checkAccept(scope: Construct, accept: readonly string[]): void {
  if (accept.length === 0) {
    refuse(scope, "accept is empty: no answer would count; name statuses as in '200', or classes as in '2xx'");
  }
  for (const status of accept) {
    if (!/^[2-5](xx|\d\d)$/.test(status)) {
      refuse(scope, `accept names '${status}': name a status from 200 to 599, or a class as in '2xx'`);
    }
  }
}
