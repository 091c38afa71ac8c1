import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LookupFunction, OnReadOpts } from 'node:net';
import { connect, createSecureContext, SecureContext, TLSSocket } from 'node:tls';
import { StartError } from './config';
import { tlsFlaw } from './tls-flaws';
import type { TlsWay } from '../../src/contract';

/** How connections to a server are secured: what its certificate must be, and what shows who is calling. */
export class Secure {
  private readonly context: SecureContext;

  /**
   * Reads the files that the way names. Throws a StartError where one is not what it should be.
   * @param serverName the name that the certificate must have
   */
  constructor(public readonly serverName: string, { ca, client }: TlsWay, env: NodeJS.ProcessEnv) {
    const files = {
      ca: ca && certificates(ca, env),
      cert: client && certificates(client.certificate, env),
      key: client && read(client.key, env),
    };
    try {
      this.context = createSecureContext({ ...files, minVersion: 'TLSv1.2' });
    } catch ({ code, message }: any) {
      const { certificate, key } = client!;
      throw new StartError(
        code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH'
          ? `${where(key, env)} is the key of another certificate than that in ${where(certificate, env)}`
          : `${where(key, env)} is no private key in PEM without a password: ${code ?? message}`,
      );
    }
  }

  /** What is remembered of one address. */
  public address(): SecureAddress {
    return new SecureAddress(this.serverName, this.context);
  }
}

/** Where a secured connection goes, and how it is read. */
export interface SecureOptions {
  readonly host: string;
  readonly port: number;
  /** What tells the addresses of the host. */
  readonly lookup?: LookupFunction;
  readonly onread?: OnReadOpts;
  /** What is to be spoken over it (RFC 7301). */
  readonly ALPNProtocols?: string[];
}

/** Secured connections to one address: the next ones resume the session of the first (RFC 8446, section 2.2). */
export class SecureAddress {
  private session?: Buffer;

  constructor(private readonly serverName: string, private readonly context: SecureContext) {}

  /** @param options as of tls.connect: where to, and how what arrives is read */
  public connect(options: SecureOptions): TLSSocket {
    const { serverName, context, session } = this;
    const socket = connect({
      ...options,
      servername: serverName,
      secureContext: context,
      session,
      // whatever NODE_TLS_REJECT_UNAUTHORIZED says
      rejectUnauthorized: true,
    } as object);
    socket.setNoDelay(true);
    let verified = false;
    let latest: Buffer | undefined;
    const remember = () => {
      // Of a resumed session nobody asks for the names of its certificate again: one that has not been verified must
      // not be kept. And from one that was resumed no other follows, so that what was verified counts for as long
      // as the server's first ticket, and not for ever.
      if (verified && latest && !socket.isSessionReused()) this.session = latest;
    };
    socket.on('session', (ticket: Buffer) => {
      latest = ticket;
      remember();
    });
    socket.on('secureConnect', () => {
      verified = true;
      remember();
    });
    return socket;
  }

  /** See {@link tlsFlaw}. */
  public flaw(code: string | undefined): string | undefined {
    return tlsFlaw(code, this.serverName);
  }
}

function read(variable: string, env: NodeJS.ProcessEnv): string {
  const path = env[variable];
  if (!path) throw new StartError(`the environment variable ${variable} is missing: it says where a file is`);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartError(`${where(variable, env)} cannot be read: ${(error as Error).message}`);
  }
}

/** Checked here, because Node takes what is no certificate for none at all, and then trusts nobody. */
function certificates(variable: string, env: NodeJS.ProcessEnv): string {
  const text = read(variable, env);
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  if (!found) throw new StartError(`${where(variable, env)} holds no certificate in PEM`);
  found.forEach((each, index) => {
    try {
      new X509Certificate(each);
    } catch {
      throw new StartError(`${where(variable, env)} holds a certificate (number ${index + 1}) that cannot be read`);
    }
  });
  return text;
}

function where(variable: string, env: NodeJS.ProcessEnv): string {
  return `${env[variable]} (${variable})`;
}
