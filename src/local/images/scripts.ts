/** A script that runs a command, its own arguments behind that. */
export function commandScript(command: readonly string[]): string {
  return script(`exec ${quoted(command)} "$@"`);
}

/** A file that the shell runs. */
export function script(text: string): string {
  return `#!/bin/sh\n${text}\n`;
}

/** A command as the shell reads it. */
export function quoted(command: readonly string[]): string {
  return command.map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(' ');
}
