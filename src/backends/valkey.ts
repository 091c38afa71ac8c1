import { Chart } from 'cdk8s';
import { EnvFieldPaths, EnvValue, Secret } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { fullName, hostOf } from './address';
import { checkTls } from './address-checks';
import { checkKey, checkObject } from './ca-bundle';
import type { TlsOptions } from './tls-options';
import type { ExistingValkeyOptions, ValkeyOptions } from './valkey-options';
import { VALKEY_PORT, valkeyPod } from './valkey-pod';
import { WayFiles } from './way-files';
import { checked } from '../checks/arguments/checked';
import { shown } from '../checks/arguments/shown';
import { refuse } from '../checks/errors';
import { isAddress, isHostName } from '../checks/hosts';
import { Refusal } from '../checks/refusal';
import type { SharedStateConfig } from '../contract';
import { group } from '../manifests/group';
import type { GroupLabels } from '../manifests/labels';
import { nameOf } from '../manifests/names';
import type { PodSpec } from '../manifests/pod-spec';
import { plainService } from '../manifests/service';
import type { EgressSpec } from '../platform/peer-spec';
import { platformOf } from '../platform/platform';

/** How long a Valkey may take to answer, in milliseconds. */
const TIMEOUT = 2_000;
const PREFIX = 'state';

/** Where a Valkey is, and how one gets in. */
interface ValkeySpec {
  readonly host: string;
  readonly port: number;
  readonly prefix: string;
  readonly tls?: TlsOptions;
  /** @param scope where what is made for it stands */
  readonly login: (scope: Construct) => { readonly user?: EnvValue; readonly password?: EnvValue };
}

/** What pods need to use a Valkey. */
export interface ValkeyAccess extends Required<Pick<PodSpec, 'env' | 'files' | 'given'>> {
  readonly config: SharedStateConfig;
}

/**
 * A Valkey (https://valkey.io) or Redis that keeps shared state: see `State.shared`.
 */
export class Valkey {
  /**
   * Makes a Valkey: a StatefulSet with one pod of the stock image, its volume, and a Service of the same name. What it
   * has confirmed is on the volume, and survives the end of the pod and of its node. While its pod is replaced, which
   * takes some seconds, requests that need it wait for up to two seconds and then get a 503.
   *
   * ```ts
   * const login = Secret.fromSecretName(chart, 'Login', 'sessions-login');
   * const sessions = Valkey.deploy(chart, 'Sessions', {
   *   size: Size.gibibytes(1),
   *   password: EnvValue.fromSecretValue({ secret: login, key: 'password' }),
   * });
   * new Spread(chart, 'Web', { backend: Backend.fromFunction(code, { state: State.shared(sessions) }) });
   * ```
   *
   * @param scope the chart, or a construct in it
   * @param id the id, from which the names of its objects are made
   * @throws if the password is not from a Secret, the volume is too small for the memory, or the name is taken
   */
  public static deploy(scope: Construct, id: string, options: ValkeyOptions): Valkey {
    [scope, id, options] = checked('Valkey.deploy', [scope, id, options]);
    const construct = childOf(scope, id);
    const { password, clients = [], pods = {} } = options;
    checkPassword(construct, password);
    for (const property of ['strategy', 'progressDeadline'] as const) {
      if (pods[property] === undefined) continue;
      refuse(construct, `pods.${property} is given, and a StatefulSet has no such thing: its pod goes down before its `
        + 'successor starts; leave it out');
    }
    const name = nameOf(construct);
    const labels = { pattern: name, group: name, role: 'valkey' };
    const platform = platformOf(construct, pods);
    const { service, port } = group(construct, {
      labels,
      platform,
      service: name,
      replicas: 1,
      clients: clients.map(({ _spec }) => _spec),
      egress: [],
      pod: valkeyPod(construct, platform, options),
    }, plainService);
    return new Valkey({ host: hostOf(service), port, prefix: PREFIX, login: () => ({ password }) });
  }

  /**
   * A Valkey, or a Redis 6.2 or newer, that exists already, in the cluster or outside. It should keep what it confirms
   * (`appendonly yes`) and throw nothing away when it is full (`maxmemory-policy noeviction`). The state is only as
   * safe as the server.
   *
   * ```ts
   * Valkey.existing({ host: 'cache.example.com', tls: {}, secret: 'cache-login' })
   * ```
   *
   * @throws if host, port, secret or prefix are invalid
   */
  public static existing(options: ExistingValkeyOptions): Valkey {
    [options] = checked('Valkey.existing', [options]);
    checkExisting(options);
    const { host, port = VALKEY_PORT, tls, secret, passwordKey = 'password', prefix = PREFIX } = options;
    return new Valkey({
      host: host.toLowerCase(),
      port,
      prefix,
      tls,
      login: (scope) => {
        if (secret === undefined) return {};
        const from = Secret.fromSecretName(scope, 'StateSecret', secret);
        return {
          user: EnvValue.fromSecretValue({ secret: from, key: 'username' }, { optional: true }),
          password: EnvValue.fromSecretValue({ secret: from, key: passwordKey }),
        };
      },
    });
  }

  /** The host name that callers in the cluster use: `sessions`, or `sessions.shop.svc` where its chart names that. */
  public readonly host: string;
  /** The TCP port that callers use. */
  public readonly port: number;
  /** The prefix of its keys, which is followed by a colon. States with the same prefix are one state. */
  public readonly prefix: string;

  private constructor(
    /** @internal */
    public readonly _spec: ValkeySpec,
  ) {
    this.host = _spec.host;
    this.port = _spec.port;
    this.prefix = _spec.prefix;
  }

  /**
   * Where those who use it connect to.
   * @internal
   */
  public get _egress(): EgressSpec {
    return { kind: 'host', host: this.host, port: this.port, inFull: true };
  }

  /**
   * What pods of the group need to use it.
   * @internal
   */
  public _access(scope: Construct, labels: GroupLabels, clusterDomain: string): ValkeyAccess {
    const { host, port, prefix, tls, login } = this._spec;
    const { user, password } = login(scope);
    const ways = new WayFiles(scope, labels, 'STATE');
    const config: SharedStateConfig = {
      kind: 'shared',
      host: fullName(host, clusterDomain),
      port,
      tls: tls && ways.tls(host, tls),
      user: user && 'STATE_USER',
      password: password && 'STATE_PASSWORD',
      prefix,
      timeout: TIMEOUT,
    };
    const inPlace = JSON.stringify(config).includes('${POD_NAMESPACE}');
    const env = {
      ...inPlace && { POD_NAMESPACE: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAMESPACE) },
      ...user && { STATE_USER: user },
      ...password && { STATE_PASSWORD: password },
      ...ways.env,
    };
    return { config, env, files: ways.files, given: ways.given };
  }
}

function childOf(scope: Construct, id: string): Construct {
  if (!id) {
    throw new Refusal(`[${scope.node.path}] id is '': a Valkey needs one, of which the names of its objects are made`);
  }
  const construct = new Construct(scope, id);
  if (construct.node.scopes.some((each) => Chart.isChart(each))) return construct;
  return refuse(construct, "scope is in no chart: make one, as in new Chart(app, 'shop')");
}

function checkPassword(scope: Construct, { value, valueFrom }: EnvValue): void {
  if (valueFrom?.secretKeyRef) return;
  const found = value === undefined
    ? 'from somewhere else than a Secret'
    : 'a text, which everybody reads who reads the manifest';
  refuse(scope, `password is ${found}: give that of a Secret, as in `
    + "EnvValue.fromSecretValue({ secret, key: 'password' })");
}

function checkExisting({ host, port, tls, secret, passwordKey, prefix }: ExistingValkeyOptions): void {
  const called = 'Valkey.existing';
  if (!isHostName(host) && !isAddress(host)) {
    throw new Refusal(`${called} has the host ${shown(host)}, which is none: write it as in 'cache.data.svc', without `
      + 'scheme and port');
  }
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535)) {
    throw new Refusal(`${called} has port ${port}: a TCP port is a whole number from 1 to 65535`);
  }
  if (secret !== undefined) checkObject(called, secret);
  if (passwordKey !== undefined) checkKey(called, passwordKey);
  if (passwordKey !== undefined && secret === undefined) {
    throw new Refusal(`${called} has passwordKey '${passwordKey}' and no secret whose key it would be: give both`);
  }
  if (prefix !== undefined && !/^[\w./:-]{1,64}$/.test(prefix)) {
    throw new Refusal(`${called} has the prefix ${shown(prefix)}: give 1 to 64 letters, digits, dashes, underscores, `
      + "dots, slashes and colons, as in 'shop'");
  }
  if (tls) checkTls(called, host, tls);
}
