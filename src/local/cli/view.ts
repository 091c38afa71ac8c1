import { Colors } from 'picocolors/types';
import { RequestRecord } from '../events';

/** A pod, as a line of the view. */
export interface PodLine {
  readonly name: string;
  readonly group: string;
  readonly ip: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly phase: string;
}

/** A port of a Service that can be called from this machine. */
export interface RouteLine {
  readonly name: string;
  readonly namespace: string;
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

/** A request that a router has answered. */
export interface RequestLine extends RequestRecord {
  /** The pod that answered, or its address; empty when none did. */
  readonly servedBy: string;
}

/** All that the view shows. */
export interface Shown {
  readonly title: string;
  readonly pods: readonly PodLine[];
  readonly routes: readonly RouteLine[];
  /** The newest last. */
  readonly requests: readonly RequestLine[];
  /** What went wrong lately, the newest last. */
  readonly notes: readonly string[];
}

/**
 * How many requests are shown: few enough that what was printed above the view stays in sight, and some however low
 * the terminal.
 */
const MOST_REQUESTS = 8;
const FEWEST_REQUESTS = 3;

/** The view as lines that fit into a terminal: where there are more than `rows`, old requests go first, then pods. */
export function render({ title, pods, routes, requests, notes }: Shown, rows: number, colors: Colors): string[] {
  const ready = pods.filter((pod) => pod.ready).length;
  const head = [colors.bold(title) + colors.dim(` · ${ready} of ${pods.length} pods ready · Ctrl-C ends it`), ''];
  const routeRows = routes.map((route) => [serviceName(route), colors.cyan(route.url)]);
  const routeLines = section('SERVICES', table(routeRows), colors);
  const noteLines = notes.length ? [...notes.slice(-3).map((note) => colors.yellow(note)), ''] : [];
  const requestLines = requests.slice(-MOST_REQUESTS).map((request) => requestLine(request, colors));

  const fixed = head.length + routeLines.length + noteLines.length + 5;
  const podLines = fit(podTable(pods, colors), rows - fixed - Math.min(FEWEST_REQUESTS, requestLines.length), 'pods');
  const room = Math.max(1, rows - fixed - podLines.length);
  const lastRequests = requestLines.length ? requestLines.slice(-room) : [colors.dim('none yet')];
  return [
    ...head,
    ...routeLines,
    ...section('PODS', podLines, colors),
    ...noteLines,
    ...section('REQUESTS', lastRequests, colors).slice(0, -1),
  ].slice(0, Math.max(1, rows));
}

/** One line for a request: `12:30:01  GET /?name=ada  200  3 ms  web-backend-0`. */
export function requestLine(
  { time, router, method, path, status, seconds, servedBy }: RequestLine, colors: Colors,
): string {
  const paint = status >= 500 ? colors.red : status >= 400 ? colors.yellow : colors.green;
  return [
    colors.dim(clock(time)),
    // Without the two random parts of a pod's name.
    router.replace(/(-[^-]+){2}$/, ''),
    `${printable(method)} ${printable(path)}`,
    paint(String(status)),
    `${Math.round(seconds * 1000)} ms`,
    colors.dim(servedBy ? `← ${servedBy}` : 'nobody answered'),
  ].join('  ');
}

/** What a Service is called where others may be in another namespace: `users`, or `shop/users`. */
export function serviceName({ name, namespace }: RouteLine): string {
  return namespace === 'default' ? name : `${namespace}/${name}`;
}

/** One word for the state of a pod. */
export function podState({ ready, phase }: PodLine): string {
  return ready ? 'ready' : phase === 'Running' ? 'not ready' : phase.toLowerCase();
}

/** `12:30:01` */
export function clock(time: Date): string {
  return time.toTimeString().slice(0, 8);
}

/** Columns of equal width; escape sequences take no room. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column]))));
  const padded = (cell: string, column: number) => cell + ' '.repeat(widths[column] - width(cell));
  return rows.map((row) => [...row.slice(0, -1).map(padded), ...row.slice(-1)].join('  '));
}

/** The start of a line that fits into so many columns, its colours ended. */
export function crop(line: string, columns: number): string {
  if (width(line) <= columns) return line;
  let room = columns - 1;
  const kept = line.split(ESCAPES).map((part) => {
    if (part.startsWith('\x1b')) return part;
    const start = part.slice(0, Math.max(0, room));
    room -= part.length;
    return start;
  });
  return `${kept.join('')}…`;
}

/** Text of others without what a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, '·');
}

const ESCAPES = /(\x1b\[[0-9;]*m)/;

function width(text: string): number {
  return text.split(ESCAPES).reduce((sum, part) => sum + (part.startsWith('\x1b') ? 0 : part.length), 0);
}

/** A line for each pod: its name, group, address, state and restarts. */
export function podTable(pods: readonly PodLine[], colors: Colors): string[] {
  const state = (pod: PodLine) => (pod.ready ? colors.green : colors.yellow)(podState(pod));
  const restarts = (count: number) => count === 0 ? '' : colors.yellow(`${count} restart${count === 1 ? '' : 's'}`);
  const rows = pods.map((pod) => [pod.name, colors.dim(pod.group), pod.ip, state(pod), restarts(pod.restarts)]);
  return table(rows).map((line) => line.trimEnd());
}

function section(name: string, lines: readonly string[], colors: Colors): string[] {
  return [colors.dim(name), ...lines.map((line) => `  ${line}`), ''];
}

function fit(lines: string[], room: number, what: string): string[] {
  const most = Math.max(2, room);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more ${what}`];
}
