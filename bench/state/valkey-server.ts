import { findValkey } from '../../src/local/binaries/valkey';
import { freePort } from '../../test/free-port';
import { folderWith, Program } from '../lib/program';

/** A Valkey that confirms what is on the disk. */
export interface ValkeyServer { readonly program: Program; readonly port: number }

export async function valkeyServer(): Promise<ValkeyServer> {
  const { server } = await findValkey({
    otherwise: ['by other means', async () => { throw new Error('there are none'); }],
  });
  const port = await freePort();
  const folder = folderWith('valkey');
  const where = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const program = await Program.start([...server, ...where, ...durable], folder, { host: '127.0.0.1', port });
  return { program, port };
}
