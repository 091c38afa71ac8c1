import { authority } from '../../test/certificates';
import { nginx, oneWorker } from '../lib/nginx';
import type { Program } from '../lib/program';

/** Bytes of JSON, about, that a leaf answers with. */
export const SIZES = { '100 B': 100, '10 KB': 10_000, '100 KB': 100_000 } as const;
export type Size = keyof typeof SIZES;

/** The name in the certificate of all leaves. */
export const NAME = 'leaf.example.com';

/** Leaves that are never the bottleneck: nginx with fixed answers. */
export class Leaves {
  public static async start(count: number): Promise<Leaves> {
    // a network of this machine for each run
    const hosts = Array.from({ length: count }, (_, leaf) => `127.78.${process.pid % 250}.${leaf + 1}`);
    const sizes = Object.keys(SIZES) as Size[];
    const files = hosts.flatMap(
      (_, leaf) => sizes.map(
        (size) => [`${leaf}${pathOf(size).replace('/', '-')}`, JSON.stringify(itemsOf(leaf, size))],
      ),
    );
    const ca = authority('Bench CA');
    const { cert, key } = ca.issue({ names: [NAME] });
    const program = await nginx(oneWorker(`
  keepalive_requests 1000000;
  default_type application/json;
  ssl_certificate \${CODE_DIR}/tls.crt;
  ssl_certificate_key \${CODE_DIR}/tls.key;
  open_file_cache max=100;
  ${hosts.map((host, leaf) => `server { listen ${host}:8080 backlog=1024; listen ${host}:8443 ssl; `
    + `${sizes.map((size) => `location = ${pathOf(size)} { alias `
    + `\${CODE_DIR}/${leaf}${pathOf(size).replace('/', '-')}; }`).join(' ')} }`).join('\n  ')}
`), { host: hosts[0], port: 8080 }, {}, { ...Object.fromEntries(files), 'tls.crt': cert, 'tls.key': key });
    return new Leaves(hosts, ca.pem, program);
  }

  /**
   * @param hosts their addresses; all listen at port 8080, and for TLS at 8443
   * @param ca who has signed their certificate, in PEM
   */
  private constructor(readonly hosts: readonly string[], readonly ca: string, private readonly program: Program) {}

  public stop(): Promise<void> {
    return this.program.stop();
  }
}

/** Where a leaf has an answer of this size. */
export function pathOf(size: Size): string {
  return `/${size.replace(' ', '').toLowerCase()}`;
}

/** What a leaf answers with: a list of products, as a search would find them. */
export function itemsOf(leaf: number, size: Size): object[] {
  const item = (n: number) => ({
    id: leaf * 1000 + n,
    name: `product ${n} of leaf ${leaf}`,
    price: 9.5 + n,
    tags: ['new', 'blue'],
    stock: n % 7,
  });
  const each = JSON.stringify(item(100)).length + 1;
  return Array.from({ length: Math.round(SIZES[size] / each) }, (_, n) => item(n));
}
