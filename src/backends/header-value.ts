import { checkKey, checkObject } from './ca-bundle';
import { checked } from '../checks/arguments/checked';

/** A value, as a pod gets it. */
export interface HeaderSpec {
  /** The value, or what stands in front of the secret part. */
  readonly text: string;
  readonly secret?: { readonly name: string; readonly key: string };
}

/** How a value that is kept in a Secret is sent. */
export interface SecretHeaderOptions {
  /**
   * What stands in front of it: `Bearer `, with the space.
   * @default - nothing
   */
  readonly prefix?: string;
}

/** The value of a header that a router or root sends to a backend. */
export class HeaderValue {
  /**
   * A text that everybody may read who may read manifests.
   *
   * @param text printable ASCII (RFC 9110, section 5.5)
   * @throws where it has other characters
   */
  public static fromText(text: string): HeaderValue {
    [text] = checked('HeaderValue.fromText', [text]);
    checkText('HeaderValue.fromText has', text);
    return new HeaderValue({ text });
  }

  /**
   * What stands in a Secret. A line break at its end is left out. A pod does not start where the Secret or the key is
   * missing, or where the value has other line breaks or control characters. It is read when a pod starts: after a
   * change, restart the router or root.
   *
   * ```ts
   * HeaderValue.fromSecret('rates-api', 'token', { prefix: 'Bearer ' })
   * ```
   *
   * @param name the Secret's name. It is in the namespace of the pattern
   * @param key the key in it
   * @throws where name or key are none
   */
  public static fromSecret(name: string, key: string, options: SecretHeaderOptions = {}): HeaderValue {
    [name, key, options] = checked('HeaderValue.fromSecret', [name, key, options]);
    const { prefix = '' } = options;
    checkObject('HeaderValue.fromSecret', name);
    checkKey('HeaderValue.fromSecret', key);
    checkText('HeaderValue.fromSecret has prefix', prefix);
    return new HeaderValue({ text: prefix, secret: { name, key } });
  }

  /** The value as it may be printed: `eu-west`, or `Bearer [Secret rates-api, key token]`. */
  public readonly display: string;
  /** @internal */
  public readonly _spec: HeaderSpec;

  private constructor(spec: HeaderSpec) {
    const { text, secret } = spec;
    this.display = secret ? `${text}[Secret ${secret.name}, key ${secret.key}]` : text;
    this._spec = spec;
  }
}

function checkText(called: string, text: string): void {
  if (/^[\x20-\x7e]*$/.test(text)) return;
  throw new Error(`${called} ${JSON.stringify(text)}: the value of a header has printable characters of ASCII only`);
}
