import { checkKey, checkObject } from './ca-bundle';
import { checked } from '../checks/arguments/checked';
import { Refusal } from '../checks/refusal';

/** A value, as a pod gets it. */
export interface HeaderSpec {
  /** The value, or what stands in front of the secret part. */
  readonly text: string;
  readonly secret?: { readonly name: string; readonly key: string };
}

/** How a value from a Secret is sent. */
export interface SecretHeaderOptions {
  /**
   * A prefix for the value: `Bearer `, with the space.
   * @default - nothing
   */
  readonly prefix?: string;
}

/** The value of a header that a router or root sends to a backend. */
export class HeaderValue {
  /**
   * A text. It is in the manifests, so everybody who may read these may read it.
   *
   * @param text printable ASCII (RFC 9110, section 5.5)
   * @throws if it has other characters
   */
  public static fromText(text: string): HeaderValue {
    [text] = checked('HeaderValue.fromText', [text]);
    checkText('HeaderValue.fromText has', text);
    return new HeaderValue({ text });
  }

  /**
   * The value of a key of a Secret, without a line break at its end. A pod does not start if the Secret or the key is
   * missing, or if the value has other line breaks or control characters. The value is read when a pod starts. After a
   * change, restart the router or root.
   *
   * ```ts
   * HeaderValue.fromSecret('rates-api', 'token', { prefix: 'Bearer ' })
   * ```
   *
   * @param name the Secret's name. It is in the namespace of the pattern
   * @param key the key in the Secret
   * @throws if the name or the key is invalid
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
  throw new Refusal(`${called} ${JSON.stringify(text)}: the value of a header has printable characters of ASCII only`);
}
