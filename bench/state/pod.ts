import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import type { ValkeyServer } from './valkey-server';
import type { FunctionServerConfig } from '../../src/contract';
import { guarded, NodeProgram } from '../lib/node-program';

const PROGRAM = join(__dirname, '../../assets/function-server.mjs');
const BY_HAND = readFileSync(join(__dirname, 'by-hand.mjs'), 'utf8');

/** A function server with State.local, as a pod runs it. */
export class Pod {
  /** @param handler the source of the module, which may use `call` */
  public static async start(node: string, host: string, handler: string, { port }: ValkeyServer): Promise<Pod> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bench-state-')));
    const config: FunctionServerConfig = {
      port: 8080,
      adminPort: 0,
      code: 'handler.mjs',
      maxBodySize: 2 ** 20,
      maxHeldSize: 2 ** 26,
      maxConcurrency: 100,
      timeout: 30_000,
      drain: 10_000,
      state: { kind: 'local', folder: 'STATE_FOLDER', size: 2 ** 30 },
    };
    const env = { STATE_FOLDER: folder, VALKEY_PORT: String(port) };
    const options = [...guarded(node, PROGRAM), `--allow-fs-write=${folder}`];
    const files = { 'handler.mjs': `${BY_HAND}\n${handler}` };
    return new Pod(await NodeProgram.start(node, PROGRAM, config, { host, port: 8080 }, options, env, files), folder);
  }

  private constructor(private readonly program: NodeProgram, private readonly folder: string) {}

  public get processes(): number[] {
    return this.program.processes;
  }

  public async stop(): Promise<void> {
    await this.program.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
