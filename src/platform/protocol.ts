/** What a backend speaks, and the pattern in front of it. */
export enum Protocol {
  /** HTTP/1.1 (RFC 9112). */
  HTTP = 'http',
  /**
   * gRPC, which is HTTP/2 (RFC 9113): in clear text, or over TLS where the backend has it
   * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
   */
  GRPC = 'grpc',
}
