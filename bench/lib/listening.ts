import type { ChildProcess } from 'child_process';
import { connect } from 'net';

export interface Address { readonly host: string; readonly port: number }

/** Resolves when a program that has just been started accepts connections. */
export async function listening(child: ChildProcess, address: Address): Promise<void> {
  while (!await accepts(address)) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function accepts(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => { socket.destroy(); resolve(true); }).on('error', () => resolve(false));
  });
}
