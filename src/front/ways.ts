import { isIP } from 'net';
import { EnvValue, Secret } from 'cdk8s-plus-27';
import type { FrontPlace, Target } from './front';
import type { BackendAddress } from '../backends/backend-interface';
import { CallerHeaders } from '../backends/caller-headers';
import type { HeaderSpec } from '../backends/header-value';
import type { TlsOptions } from '../backends/tls-options';
import { WayFiles } from '../backends/way-files';
import type { HeaderWay, TlsWay, Way } from '../contract';
import { meaningOf } from '../manifests/service-name';

/** Milliseconds within which a connection to a host outside of the cluster stands, its handshake too. */
const OUTSIDE_CONNECT = 5_000;

/** The ways from a router or root to its groups, and what its pods need for them: variables and files. */
export class Ways extends WayFiles {
  /** Variables with the values of Secrets. */
  public readonly secrets: string[] = [];
  /** Whether a certificate may be signed by anybody whom the image trusts. */
  public trustsSystem = false;
  /** Whether names of hosts outside of the cluster are asked for. */
  public asksOutside = false;
  private readonly clusterDomain: string;

  constructor({ scope, labels, platform }: FrontPlace) {
    super(scope, labels, 'BACKEND');
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
      tls: tls && this.secured(address, tls),
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

  private secured({ host }: BackendAddress, options: TlsOptions): TlsWay {
    this.trustsSystem ||= !options.ca;
    return this.tls(host, options);
  }
}
