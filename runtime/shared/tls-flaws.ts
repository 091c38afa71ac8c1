/** What a certificate lacks, said of the server, by the code of the verification (openssl-verification-options(1)). */
const CERTIFICATES = new Map([
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by itself, and is not trusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is signed by an authority that is not trusted'],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'its certificate is signed by an authority that is not trusted, or it leaves out the certificates in between',
  ],
  ['UNABLE_TO_GET_ISSUER_CERT', 'the authority of a certificate in between is not trusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is signed by an authority that is not trusted'],
  ['CERT_SIGNATURE_FAILURE', 'its certificate has a wrong signature'],
  ['INVALID_CA', 'its certificate is signed by one that may sign none'],
  ['INVALID_PURPOSE', 'its certificate is not for servers'],
]);
/** What a server says when it ends a handshake (RFC 8446, section 6.2): what OpenSSL has behind `ALERT_`. */
const ALERTS = new Map([
  ['CERTIFICATE_REQUIRED', 'it asks for a client certificate'],
  // what versions before 1.3 say in its place
  ['HANDSHAKE_FAILURE', 'it refuses the handshake, as where it asks for a client certificate or another cipher'],
  ['UNKNOWN_CA', 'it does not trust the authority of the client certificate'],
  ['BAD_CERTIFICATE', 'it refuses the client certificate'],
  ['UNSUPPORTED_CERTIFICATE', 'it refuses the client certificate'],
  ['CERTIFICATE_UNKNOWN', 'it refuses the client certificate'],
  ['CERTIFICATE_EXPIRED', 'it says that the client certificate has expired'],
  ['CERTIFICATE_REVOKED', 'it says that the client certificate is revoked'],
  ['ACCESS_DENIED', 'it refuses access to the client certificate'],
  ['PROTOCOL_VERSION', 'it speaks neither TLS 1.2 nor 1.3'],
  ['NO_APPLICATION_PROTOCOL', 'it does not speak HTTP/1.1'],
]);
const OTHERS = new Map([
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not answer with TLS'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'it speaks neither TLS 1.2 nor 1.3'],
]);

/**
 * Why TLS with a server came to nothing, for people, where it is not for the network and the same is to be expected
 * of another try; undefined else.
 */
export function tlsFlaw(code: string | undefined, serverName: string): string | undefined {
  if (code === undefined) return undefined;
  const [, alert] = /_ALERT_(\w+)$/.exec(code) ?? [];
  const words = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? `its certificate is for other names than ${serverName}`
    : code.endsWith('UNRECOGNIZED_NAME') ? `it does not know the name ${serverName}`
      : CERTIFICATES.get(code) ?? (alert === undefined ? undefined : ALERTS.get(alert)) ?? OTHERS.get(code);
  return words && `${words} (${code})`;
}
