import { isIP } from 'net';
import { Chart } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { FrontPlace, Target } from './front';
import type { BackendAddress } from '../backends/backend-interface';
import type { CaBundle } from '../backends/ca-bundle';
import { CallerHeaders } from '../backends/caller-headers';
import type { HeaderSpec } from '../backends/header-value';
import type { TlsOptions } from '../backends/tls-options';
import type { HeaderWay, TlsWay, Way } from '../contract';
import { Files, files } from '../manifests/files';
import type { GroupLabels } from '../manifests/labels';
import type { GivenFiles } from '../manifests/pod-spec';
import { meaningOf } from '../manifests/service-name';

/** Milliseconds within which a connection to a host outside of the cluster stands, its handshake too. */
const OUTSIDE_CONNECT = 5_000;
const FOLDER = '/etc/metaparticle';
/** The keys in a Secret of the type kubernetes.io/tls. */
const CERTIFICATE = 'tls.crt';
const PRIVATE_KEY = 'tls.key';

/**
 * The ways from a router or root to its groups, and what its pods need for them: variables and files. What several
 * groups have in common, such as a bundle of certificates, is brought once.
 */
export class Ways {
  public readonly env: Record<string, EnvValue> = {};
  public readonly files: Record<string, Files> = {};
  public readonly given: Record<string, GivenFiles> = {};
  /** Variables with the values of Secrets. */
  public readonly secrets: string[] = [];
  /** Whether a certificate may be signed by anybody whom the image trusts. */
  public trustsSystem = false;
  /** Whether names of hosts outside of the cluster are asked for. */
  public asksOutside = false;
  private readonly numbers = new Map<string, Map<string, number>>();
  private readonly scope: Construct;
  private readonly labels: GroupLabels;
  private readonly clusterDomain: string;

  constructor({ scope, labels, platform }: FrontPlace) {
    this.scope = scope;
    this.labels = labels;
    this.clusterDomain = platform.clusterDomain;
  }

  /** The way to a group: undefined where requests go there as they came, in clear text. */
  public to({ address }: Target): Way | undefined {
    const outside = this.isOutside({ address });
    this.asksOutside ||= outside && isIP(address.host) === 0;
    const { tls, headers = {}, callerHeaders = outside ? CallerHeaders.anonymous() : undefined } = address;
    const { kind, names = [] } = callerHeaders?._spec ?? {};
    const own = Object.entries(headers).map(([name, { _spec }]) => this.header(name.toLowerCase(), _spec));
    const way: Way = {
      host: address.hostHeader,
      basePath: address.basePath || undefined,
      tls: tls && this.tls(address, tls),
      headers: own.length > 0 ? own : undefined,
      only: kind === 'only' ? names : undefined,
      without: kind === 'without' && names.length > 0 ? names : undefined,
      connectTimeout: address.connectTimeout?.toMilliseconds() ?? (outside ? OUTSIDE_CONNECT : undefined),
    };
    return Object.values(way).some((value) => value !== undefined) ? way : undefined;
  }

  /** Whether a group is outside of the cluster. */
  public isOutside({ address: { host } }: Pick<Target, 'address'>): boolean {
    return isIP(host) > 0 || !meaningOf(host, this.scope, this.clusterDomain)?.sure;
  }

  private header(name: string, { text, secret }: HeaderSpec): HeaderWay {
    if (!secret) return { name, text };
    const number = this.number('header', secret);
    const variable = `BACKEND_HEADER_${number}`;
    if (!this.env[variable]) {
      this.secrets.push(variable);
      this.env[variable] = EnvValue.fromSecretValue({
        secret: Secret.fromSecretName(this.scope, `HeaderSecret${number}`, secret.name), key: secret.key,
      });
    }
    return { name, text, secret: variable };
  }

  private tls({ host }: BackendAddress, { ca, serverName, clientCertificate }: TlsOptions): TlsWay {
    this.trustsSystem ||= !ca;
    return {
      serverName: serverName?.toLowerCase() ?? this.serverName(host),
      ca: ca && this.ca(ca),
      client: clientCertificate === undefined ? undefined : this.client(clientCertificate),
    };
  }

  /** The name by which a Service is known in all namespaces: its certificate has to have it. */
  private serverName(host: string): string {
    return host.includes('.') ? host : `${host}.${Chart.of(this.scope).namespace ?? '${POD_NAMESPACE}'}.svc`;
  }

  private ca({ _source: source }: CaBundle): string {
    const number = this.number('ca', source);
    const path = `${FOLDER}/ca-${number}`;
    if (source.from === 'text') {
      this.files[path] ??= files(this.scope, `Ca${number}`, this.labels, { 'ca.crt': source.text });
      return this.file(`BACKEND_CA_${number}`, `${path}/ca.crt`);
    }
    this.given[path] = source.from === 'secret'
      ? { secret: { secretName: source.name } }
      : { configMap: { name: source.name } };
    return this.file(`BACKEND_CA_${number}`, `${path}/${source.key}`);
  }

  private client(secretName: string): NonNullable<TlsWay['client']> {
    const number = this.number('client', { secretName });
    const path = `${FOLDER}/client-${number}`;
    this.given[path] = { secret: { secretName } };
    return {
      certificate: this.file(`BACKEND_CERTIFICATE_${number}`, `${path}/${CERTIFICATE}`),
      key: this.file(`BACKEND_KEY_${number}`, `${path}/${PRIVATE_KEY}`),
    };
  }

  /** A process of a local cluster has its mounts elsewhere, and learns of that from its environment. */
  private file(variable: string, path: string): string {
    this.env[variable] = EnvValue.fromValue(path);
    return variable;
  }

  /** The same thing has the same number. */
  private number(kind: string, thing: object): number {
    const known = this.numbers.get(kind) ?? new Map<string, number>();
    this.numbers.set(kind, known);
    const key = JSON.stringify(thing);
    if (!known.has(key)) known.set(key, known.size);
    return known.get(key)!;
  }
}
