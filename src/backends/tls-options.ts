import type { CaBundle } from './ca-bundle';

/**
 * How a router or root speaks TLS to a backend (versions 1.2 and 1.3). The backend's certificate is always verified:
 * its signature, its dates and its name. A root accepts no answer that has neither a length nor chunks, because an
 * attacker who can cut the connection could shorten it unnoticed.
 */
export interface TlsOptions {
  /**
   * The authorities that may have signed the backend's certificate.
   * @default - the authorities that the images bring: for a router those of its system, for a root those of Node
   */
  readonly ca?: CaBundle;

  /**
   * The name that the backend is asked for (SNI, RFC 6066, section 3), and that its certificate must have.
   * @default - the host of the backend; for a Service `<name>.<namespace>.svc`. If the host is an IP address, there is
   * no default
   */
  readonly serverName?: string;

  /**
   * The name of a Secret of the type `kubernetes.io/tls`, in the namespace of the pattern, with a certificate that
   * shows the backend who is calling: `tls.crt` with its intermediate certificates, and `tls.key`. It is read when a
   * pod starts. After a change, restart the router or root.
   * @default - none
   */
  readonly clientCertificate?: string;
}
