import { quoted, script } from './scripts';
import { Valkey } from '../binaries/valkey';

/** The names that images have for the two programs. */
const SERVERS = ['valkey-server', 'redis-server'];
const CLIS = ['valkey-cli', 'redis-cli'];

/** Where these images keep their data, and what they start in. */
export const DATA = '/data';

/**
 * What a container of the image runs: its entrypoint puts the server in front of what is no command by itself, and
 * flags that the environment adds behind it.
 */
export function valkeyCommand(
  argv: readonly string[], ownEntrypoint: boolean, { VALKEY_EXTRA_FLAGS: flags = '' }: Record<string, string>,
): string[] {
  const [first = '-', ...rest] = argv;
  // Where the image has its programs, this machine has none.
  const command = [first.replace(/^\/usr\/local\/bin\/((valkey|redis)-(server|cli))$/, '$1'), ...rest];
  if (ownEntrypoint) return command;
  const isArgument = first.startsWith('-') || first.endsWith('.conf');
  return [...isArgument ? [SERVERS[0], ...argv] : command, ...flags.split(/\s+/).filter(Boolean)];
}

/**
 * Scripts that stand for the image's programs, by name. A pod of Kubernetes has a network of its own, a process here
 * has the machine's: so a server listens on the pod's address whatever else it is told, and `localhost` is the pod.
 * They find the address in LISTEN_ADDRESS.
 */
export function valkeyScripts({ server, cli }: Valkey): Record<string, string> {
  // Of an option that is given twice, both programs take the last.
  const listening = `exec ${quoted(server)} "$@" --bind "$LISTEN_ADDRESS"`;
  const asking = [
    'for each do',
    '  shift',
    '  case "$before $each" in "-h localhost" | "-h 127.0.0.1") each=$LISTEN_ADDRESS ;; esac',
    '  before=$each',
    '  set -- "$@" "$each"',
    'done',
    `exec ${quoted(cli)} -h "$LISTEN_ADDRESS" "$@"`,
  ].join('\n');
  return Object.fromEntries([
    ...SERVERS.map((name) => [name, script(listening)]),
    ...CLIS.map((name) => [name, script(asking)]),
  ]);
}
