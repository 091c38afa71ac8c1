import { X509Certificate } from 'crypto';
import { readFileSync } from 'fs';
import { checked } from '../checks/arguments/checked';
import { isObjectName } from '../checks/hosts';
import { Refusal } from '../checks/refusal';

/** Where certificates stand: in a text, or under a key of an object of the pattern's namespace. */
export type CaSource =
  | { readonly from: 'text'; readonly text: string }
  | { readonly from: 'configMap' | 'secret'; readonly name: string; readonly key: string };

/** The key under which cert-manager, trust-manager and Kubernetes itself put such a bundle. */
const KEY = 'ca.crt';

/**
 * Certificates of the authorities that may have signed a backend's certificate. They replace those that the image of
 * the router or root brings. A ConfigMap or Secret is read when a pod starts. After a change, restart the router or
 * root.
 */
export class CaBundle {
  /**
   * Certificates as text.
   *
   * @param pem one or several, each from `-----BEGIN CERTIFICATE-----` to its end (RFC 7468)
   * @throws if it holds no certificate, or one that cannot be read
   */
  public static fromPem(pem: string): CaBundle {
    [pem] = checked('CaBundle.fromPem', [pem]);
    return new CaBundle({ from: 'text', text: certificatesOf('CaBundle.fromPem', pem) });
  }

  /**
   * Certificates in a file, which is read at synthesis.
   *
   * @param path the file's path
   * @throws if it cannot be read, and as `fromPem` does
   */
  public static fromFile(path: string): CaBundle {
    [path] = checked('CaBundle.fromFile', [path]);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      throw new Refusal(`CaBundle.fromFile cannot read '${path}': ${(error as Error).message}`);
    }
    return new CaBundle({ from: 'text', text: certificatesOf(`CaBundle.fromFile has '${path}', and`, text) });
  }

  /**
   * Certificates in a ConfigMap.
   *
   * @param name its name. It is in the namespace of the pattern
   * @param key the key of the certificates
   */
  public static fromConfigMap(name: string, key: string = KEY): CaBundle {
    return fromObject('CaBundle.fromConfigMap', 'configMap', name, key);
  }

  /**
   * Certificates in a Secret.
   *
   * @param name its name. It is in the namespace of the pattern
   * @param key the key of the certificates
   */
  public static fromSecret(name: string, key: string = KEY): CaBundle {
    return fromObject('CaBundle.fromSecret', 'secret', name, key);
  }

  /** @internal */
  public static _of(source: CaSource): CaBundle {
    return new CaBundle(source);
  }

  /** Where the certificates are: `Secret internal-ca, key ca.crt`, the same of a ConfigMap, or `manifest`. */
  public readonly location: string;
  /** @internal */
  public readonly _source: CaSource;

  private constructor(source: CaSource) {
    this.location = locationOf(source);
    this._source = source;
  }
}

function locationOf(source: CaSource): string {
  if (source.from === 'text') return 'manifest';
  return `${source.from === 'secret' ? 'Secret' : 'ConfigMap'} ${source.name}, key ${source.key}`;
}

function fromObject(called: string, from: 'configMap' | 'secret', name: string, key: string): CaBundle {
  [name, key] = checked(called, [name, key]);
  checkObject(called, name);
  checkKey(called, key);
  return CaBundle._of({ from, name, key });
}

/** Refuses what cannot be the name of a ConfigMap or Secret. */
export function checkObject(called: string, name: string): void {
  if (isObjectName(name)) return;
  throw new Refusal(`${called} has the name '${name}', which is no name of an object: write it as in 'internal-ca'`);
}

/**
 * Refuses what cannot be a key in one
 * (https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data).
 */
export function checkKey(called: string, key: string): void {
  if (/^[-._a-zA-Z0-9]{1,253}$/.test(key) && !/^\.\.?$/.test(key)) return;
  throw new Refusal(`${called} has the key '${key}': a key has letters, digits, dashes, underscores and dots, `
    + "as in 'ca.crt'");
}

/** The certificates in a text, and nothing else that stands there: private keys must not get into a ConfigMap. */
function certificatesOf(called: string, text: string): string {
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0) {
    throw new Refusal(`${called} has no certificate: give one or several in PEM, each from `
      + "'-----BEGIN CERTIFICATE-----' to '-----END CERTIFICATE-----'");
  }
  found.forEach((each, index) => {
    try {
      new X509Certificate(each);
    } catch {
      throw new Refusal(`${called} has a certificate (number ${index + 1}) that cannot be read: give it as its `
        + 'authority made it, in PEM');
    }
  });
  return `${found.join('\n').replace(/\r\n?/g, '\n')}\n`;
}
