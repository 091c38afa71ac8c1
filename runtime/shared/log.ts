import { Console } from 'node:console';
import { format, inspect } from 'node:util';

/** What a log line says besides its message. An `error` becomes its stack, with the causes below it. */
export type LogFields = Readonly<Record<string, unknown>>;

/** One JSON line for each event. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/**
 * A log whose every line carries `base`; lines go to standard output, which a pipe in Linux takes synchronously:
 * none is lost at exit.
 */
export function createLog(base: LogFields, write: (line: string) => void = (line) => process.stdout.write(line)): Log {
  const at = (level: string) => (message: string, { error, ...fields }: LogFields = {}) => {
    const stack = error === undefined ? undefined : describe(error);
    write(JSON.stringify({ time: new Date().toISOString(), level, message, ...base, ...fields, stack }) + '\n');
  };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/**
 * User code logs through `console`, by whichever of its methods, and Node warns on standard error: each text becomes
 * one JSON line too, so that a collector never meets half an event.
 */
export function captureConsole(log: Log): void {
  // a Console writes each text whole, with a line feed behind it
  const lines = (write: (message: string) => void) => (
    ({ write: (text: string) => write(text.slice(0, -1)) }) as unknown as NodeJS.WritableStream
  );
  const ours = new Console({ stdout: lines(log.info), stderr: lines(log.error), ignoreErrors: false });
  ours.warn = (...args) => log.warn(format(...args));
  Object.assign(console, ours);
  process.removeAllListeners('warning')
    .on('warning', (warning) => log.warn(`${warning.name}: ${warning.message}`, { error: warning }));
}

/** What finds a request again in the logs of others. Clients choose these values, so their length is bounded. */
export function requestFields(
  method: string | undefined, url: string | undefined, headers: NodeJS.Dict<string | string[]>,
): LogFields {
  return {
    method,
    // without the query, which is where tokens and names of people stand
    path: url?.split('?', 1)[0].slice(0, 200),
    traceparent: bounded(headers.traceparent),
    requestId: bounded(headers['x-request-id']),
  };
}

function bounded(value: string | string[] | undefined): string | undefined {
  return value?.toString().slice(0, 200);
}

function describe(error: unknown): string {
  try {
    return inspect(error);
  } catch {
    // anything can be thrown, also what cannot be looked at
    return 'an error that cannot be shown';
  }
}
