import { Chart } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { CaBundle } from './ca-bundle';
import type { TlsOptions } from './tls-options';
import type { TlsWay } from '../contract';
import { Files, files } from '../manifests/files';
import type { GroupLabels } from '../manifests/labels';
import type { GivenFiles } from '../manifests/pod-spec';

const FOLDER = '/etc/metaparticle';
/** The keys in a Secret of the type kubernetes.io/tls. */
const CERTIFICATE = 'tls.crt';
const PRIVATE_KEY = 'tls.key';

/**
 * What pods need to speak TLS to others: variables and files. What several have in common, such as a bundle of
 * certificates, is brought once.
 */
export class WayFiles {
  public readonly env: Record<string, EnvValue> = {};
  public readonly files: Record<string, Files> = {};
  public readonly given: Record<string, GivenFiles> = {};
  private readonly numbers = new Map<string, Map<string, number>>();

  /** @param prefix what the names of the variables begin with: `BACKEND` */
  constructor(
    protected readonly scope: Construct, private readonly labels: GroupLabels, private readonly prefix: string,
  ) {}

  public tls(host: string, { ca, serverName, clientCertificate }: TlsOptions): TlsWay {
    return {
      serverName: serverName?.toLowerCase() ?? this.serverName(host),
      ca: ca && this.ca(ca),
      client: clientCertificate === undefined ? undefined : this.client(clientCertificate),
    };
  }

  /** The same thing has the same number. */
  public number(kind: string, thing: object): number {
    const known = this.numbers.get(kind) ?? new Map<string, number>();
    this.numbers.set(kind, known);
    const key = JSON.stringify(thing);
    if (!known.has(key)) known.set(key, known.size);
    return known.get(key)!;
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
      return this.file(`CA_${number}`, `${path}/ca.crt`);
    }
    this.given[path] = source.from === 'secret'
      ? { secret: { secretName: source.name } }
      : { configMap: { name: source.name } };
    return this.file(`CA_${number}`, `${path}/${source.key}`);
  }

  private client(secretName: string): NonNullable<TlsWay['client']> {
    const number = this.number('client', { secretName });
    const path = `${FOLDER}/client-${number}`;
    this.given[path] = { secret: { secretName } };
    return {
      certificate: this.file(`CERTIFICATE_${number}`, `${path}/${CERTIFICATE}`),
      key: this.file(`KEY_${number}`, `${path}/${PRIVATE_KEY}`),
    };
  }

  /** A process of a local cluster has its mounts elsewhere, and learns of that from its environment. */
  private file(called: string, path: string): string {
    const variable = `${this.prefix}_${called}`;
    this.env[variable] = EnvValue.fromValue(path);
    return variable;
  }
}
