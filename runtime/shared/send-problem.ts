import { ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from './problem';

/** The body of a problem answer. */
export function problemBody({ status, detail, members }: Problem): string {
  const title = STATUS_CODES[status] ?? 'Error';
  return JSON.stringify({ type: 'about:blank', title, status, detail, ...members }) + '\n';
}

/** Answers with a problem. */
export function sendProblem(res: ServerResponse, problem: Problem): void {
  const body = problemBody(problem);
  res.writeHead(problem.status, problemHeaders(body, problem.headers)).end(body);
}

/**
 * What a client that is still sending may take to notice its answer: milliseconds, and bytes that are read
 * and thrown away.
 */
const LINGER = { time: 2_000, bytes: 16 * 1024 * 1024 };

/**
 * Answers with a problem while the client is still sending, and closes the connection. What arrives is thrown away
 * until the client stops: to close at once would reset the connection, and the client might never see the answer
 * (RFC 9112, section 9.6).
 */
export function sendProblemAndClose(res: ServerResponse, problem: Problem): void {
  const body = problemBody(problem);
  res.shouldKeepAlive = false;
  // the length is known, so the client has the whole answer before `end`
  res.writeHead(problem.status, problemHeaders(body, problem.headers)).write(body);
  const end = () => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(end, LINGER.time);
  let left = LINGER.bytes;
  res.req.once('close', end).once('end', end).on('error', end).on('data', (chunk: Buffer) => {
    if ((left -= chunk.length) < 0) end();
  });
}

/** The same where there is no request to answer, because what arrived could not be read as one. */
export function endWithProblem(socket: Socket, problem: Problem): void {
  const body = problemBody(problem);
  const headers = problemHeaders(body, problem.headers);
  let head = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nconnection: close\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  const timer = setTimeout(() => socket.destroy(), LINGER.time);
  socket.once('close', () => clearTimeout(timer)).on('error', () => {}).resume().end(`${head}\r\n${body}`);
}

function problemHeaders(body: string, headers: readonly string[]): string[] {
  return ['content-type', 'application/problem+json', 'content-length', String(Buffer.byteLength(body)), ...headers];
}
