import { X509Certificate } from 'node:crypto';

const REMEDY = "give certificates in PEM, each from '-----BEGIN CERTIFICATE-----' to '-----END CERTIFICATE-----'";

/** Refuses what is no certificate: nginx and Node pass over it, and nobody is trusted besides. */
export function refuseAuthorities(pem: string): void {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  if (!found) throw new Error(`authorities has no certificate: ${REMEDY}`);
  found.forEach((each, index) => {
    try {
      new X509Certificate(each);
    } catch {
      throw new Error(`authorities has a certificate (number ${index + 1}) that cannot be read: ${REMEDY}`);
    }
  });
}
