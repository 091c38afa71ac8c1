import { createHash, generateKeyPairSync, KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';

/** A certificate and its private key, in PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says. */
export interface CertificateOptions {
  /** The host names and addresses that it is for; the first is its common name too. */
  readonly names: readonly string[];
  /**
   * Days until it ends.
   * @default 1
   */
  readonly days?: number;
  /** Whether it ended yesterday. */
  readonly expired?: boolean;
  /** Whether it is for a client. */
  readonly client?: boolean;
}

/** Who signs certificates, as the authorities that programs trust do. */
export interface Authority {
  /** Its own certificate: what whoever trusts it needs. */
  readonly pem: string;
  issue(options: CertificateOptions): Certified;
}

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Who a certificate is made by. */
interface Issuer {
  readonly name: string;
  readonly keys: Keys;
}

const DAY = 86_400_000;
const OIDS = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectKey: '551d0e',
  keyUsage: '551d0f',
  alternativeNames: '551d11',
  basicConstraints: '551d13',
  authorityKey: '551d23',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
  clientAuth: '2b06010505070302',
};
/** The kinds of values in DER (X.690), and those that are numbered where they stand in a certificate. */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  text: 0x0c,
  time: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  keyId: 0x80,
  dnsName: 0x82,
  address: 0x87,
};
/** What a key may be used for, as bits, after the number of bits that are left over (RFC 5280, section 4.2.1.3). */
const SIGNS = Buffer.of(7, 0x80);
const SIGNS_CERTIFICATES = Buffer.of(2, 0x04);

/** A new authority that nobody trusts yet. */
export function authority(name: string): Authority {
  const issuer = { name, keys: keyPair() };
  const { cert } = certified(issuer, issuer, { names: [name], days: 365 }, true);
  return { pem: cert, issue: (options) => certified({ name: options.names[0], keys: keyPair() }, issuer, options) };
}

/** A certificate that no authority has signed. */
export function selfSigned(options: CertificateOptions): Certified {
  const self = { name: options.names[0], keys: keyPair() };
  return certified(self, self, options);
}

/** A certificate of version 3 (RFC 5280, section 4.1), for TLS servers and clients on elliptic curves. */
function certified(
  subject: Issuer, issuer: Issuer, { names, days = 1, expired, client }: CertificateOptions, isAuthority = false,
): Certified {
  const end = Date.now() + DAY * (expired ? -1 : days);
  const extensions = [
    extension(OIDS.basicConstraints, sequence(...isAuthority ? [der(TAG.boolean, Buffer.of(0xff))] : []), true),
    extension(OIDS.keyUsage, der(TAG.bits, isAuthority ? SIGNS_CERTIFICATES : SIGNS), true),
    extension(OIDS.subjectKey, der(TAG.octets, keyId(subject.keys))),
    extension(OIDS.authorityKey, sequence(der(TAG.keyId, keyId(issuer.keys)))),
    ...isAuthority ? [] : [
      extension(OIDS.extendedKeyUsage, sequence(oid(client ? OIDS.clientAuth : OIDS.serverAuth))),
      extension(OIDS.alternativeNames, sequence(...names.map(alternativeName))),
    ],
  ];
  const algorithm = sequence(oid(OIDS.ecdsaWithSha256));
  const body = sequence(
    der(TAG.version, der(TAG.integer, Buffer.of(2))),
    // a positive number, and no other certificate's
    der(TAG.integer, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    distinguishedName(issuer.name),
    // an hour before now: clocks differ
    sequence(time(Math.min(Date.now() - DAY / 24, end - DAY)), time(end)),
    distinguishedName(subject.name),
    subject.keys.publicKey.export({ type: 'spki', format: 'der' }),
    der(TAG.extensions, sequence(...extensions)),
  );
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', body, issuer.keys.privateKey)]);
  return {
    cert: pem('CERTIFICATE', sequence(body, algorithm, der(TAG.bits, signature))),
    key: subject.keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function keyPair(): Keys {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function keyId({ publicKey }: Keys): Buffer {
  return createHash('sha1').update(publicKey.export({ type: 'spki', format: 'der' })).digest();
}

function distinguishedName(name: string): Buffer {
  return sequence(der(TAG.set, sequence(oid(OIDS.commonName), der(TAG.text, Buffer.from(name)))));
}

function alternativeName(name: string): Buffer {
  if (isIPv4(name)) return der(TAG.address, Buffer.from(name.split('.').map(Number)));
  return isIPv6(name) ? der(TAG.address, ipv6Bytes(name)) : der(TAG.dnsName, Buffer.from(name));
}

function ipv6Bytes(address: string): Buffer {
  // a URL has the shortest form, without an IPv4 address at its end
  const [start, end] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = new Array(8 - start.length - (end?.length ?? 0)).fill('0');
  return Buffer.from([...start, ...zeros, ...end ?? []].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...critical ? [der(TAG.boolean, Buffer.of(0xff))] : [], der(TAG.octets, value));
}

/** Until 2049: from then on it is another kind of value (RFC 5280, section 4.1.2.5). */
function time(at: number): Buffer {
  return der(TAG.time, Buffer.from(`${new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));
}

function oid(hex: string): Buffer {
  return der(TAG.oid, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(TAG.sequence, ...parts);
}

/** Kind, length and content; a length above 127 stands behind a byte that counts its own. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = Buffer.of(0x82, 0, 0);
  length.writeUInt16BE(content.length, 1);
  // DER wants the shortest form
  const short = content.length < 0x100 ? Buffer.of(0x81, length[2]) : length;
  return Buffer.concat([Buffer.of(tag), content.length < 0x80 ? length.subarray(2) : short, content]);
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
