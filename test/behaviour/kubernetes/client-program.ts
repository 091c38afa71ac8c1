import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { HttpLoad, LoadOptions } from '../load';

/*
 * Runs in the client's pod: `client.js WHAT HOST PORT`. load     the first line of standard input says what to send;
 * one line is written for each outcome; it stops where the input ends connect  joins standard input and output to a
 * connection reach    ends when a connection was accepted
 */
const [what, host, port] = process.argv.slice(2);
const address = { host, port: Number(port) };

if (what === 'load') {
  let load: HttpLoad | undefined;
  createInterface(process.stdin).on('line', (line) => {
    load = new HttpLoad(
      address, JSON.parse(line) as LoadOptions, (outcome) => process.stdout.write(`${JSON.stringify(outcome)}\n`),
    );
    // A load of so many requests ends by itself, whether or not the input does.
    void load.done().then(() => process.stdin.destroy());
  }).on('close', () => void load?.stop());
} else if (what === 'connect') {
  const socket = connect({ ...address, allowHalfOpen: true });
  socket.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  }).on('close', () => process.exit());
  process.stdin.pipe(socket).pipe(process.stdout);
} else {
  reach();
}

function reach(): void {
  const socket = connect(address, () => socket.destroy());
  socket.on('error', () => setTimeout(reach, 50));
}
