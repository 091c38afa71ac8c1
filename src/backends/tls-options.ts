import type { CaBundle } from './ca-bundle';

/**
 * How a router or root speaks TLS to a backend (versions 1.2 and 1.3). The backend's certificate is always verified:
 * who signed it, whether its time has come and is not over, and its name. A root takes no answer that has neither a
 * length nor chunks: whoever can cut the connection could shorten it, and nobody would know.
 */
export interface TlsOptions {
  /**
   * Who may have signed the backend's certificate.
   * @default - the authorities that the images bring: of a router its system's, of a root Node's
   */
  readonly ca?: CaBundle;

  /**
   * The name that the backend is asked for (SNI, RFC 6066, section 3), and that its certificate must have.
   * @default - the host that it is reached by; of a Service `<name>.<namespace>.svc`. Where that is an address, it
   * must be given
   */
  readonly serverName?: string;

  /**
   * The name of a Secret of the type `kubernetes.io/tls`, in the namespace of the pattern, with the certificate that
   * shows the backend who is calling (`tls.crt`, with those in between, and `tls.key`). It is read when a pod starts:
   * after a change, restart the router or root.
   * @default - none: the backend does not ask who is calling
   */
  readonly clientCertificate?: string;
}
