import { realpathSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { guarded, nodeProgram, NodeProgramProps } from './node-program';
import type { Program } from './program';
import type { FunctionServerConfig } from '../../src/contract';

const PROGRAM = join(__dirname, '../../assets/function-server.mjs');

/** What a function server is started with. */
export interface FunctionServerProps extends Pick<NodeProgramProps, 'node' | 'address' | 'env'> {
  /** The source of the module. */
  readonly code: string;
  /** @default - none */
  readonly state?: FunctionServerConfig['state'];
}

/** The program of Backend.fromFunction, as a pod runs it. */
export function functionServer({ node, address, code, state, env }: FunctionServerProps): Promise<Program> {
  const config: FunctionServerConfig = {
    port: address.port,
    adminPort: 0,
    code: 'handler.mjs',
    maxBodySize: 2 ** 20,
    maxHeldSize: 2 ** 26,
    maxConcurrency: 100,
    timeout: 30_000,
    drain: 10_000,
    state,
  };
  const options = [...guarded(node, PROGRAM), ...state ? [`--allow-fs-write=${realpathSync(tmpdir())}`] : []];
  return nodeProgram({
    node, file: PROGRAM, address, config, options, env, files: { 'handler.mjs': code },
  });
}
