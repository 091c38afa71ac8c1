import { App, Chart } from 'cdk8s';
import { pageAt, rowsBelow } from './page';
import { says, Sentence, sentencesOf, Speakers, wordsOf } from './sentences';
import { Backend, Spread } from '../../src';

const page = pageAt('docs/troubleshooting.md');

const ERROR = { text: 0 };
const PROBLEM = { text: 1, status: 0 };

/** What the library says while manifests are made. Sentences on types are made of the types themselves. */
const SYNTHESIS = sentencesOf('src', {
  calls: {
    refuse: { text: 1 },
    mistake: ERROR,
    Mistake: ERROR,
    Error: ERROR,
    Refusal: ERROR,
    TypeError: ERROR,
    RangeError: ERROR,
    SyntaxError: ERROR,
    parsed: { text: 2 },
  },
  returns: ['shortName', 'duplicates'],
  properties: ['say'],
}, ['src/local', 'src/checks/arguments']);

/** What pods of ours answer, what they say of leaves and of the server of the state, and their lines in logs. */
const PODS: readonly (readonly [folder: string, Speakers])[] = [
  ['src/nginx', {
    calls: { page: { text: 0, always: 503 }, jsonText: { text: 0, always: 500 } },
    properties: ['detail', 'missing'],
  }],
  ['runtime/router', { calls: { Problem: PROBLEM, failure: { text: 0, always: 500 } } }],
  ['runtime/root', {
    calls: {
      'Problem': PROBLEM,
      'BadAnswer': ERROR,
      'NoRoom': ERROR,
      'Failure': { text: 1 },
      'failure': ERROR,
      'lost': ERROR,
      'StartError': ERROR,
      'log.warn': ERROR,
    },
    returns: ['reason', 'reasonOf'],
    properties: ['refusal'],
  }],
  ['runtime/shared', {
    calls: {
      'Problem': PROBLEM,
      'Overload': { text: 0, always: 503 },
      'StartError': ERROR,
      'report': ERROR,
      'log.warn': ERROR,
      'log.error': ERROR,
    },
    pairs: true,
  }],
  ['runtime/function-server', {
    calls: { 'Problem': PROBLEM, 'StateError': PROBLEM, 'StartError': ERROR, 'lose': ERROR, 'log.warn': ERROR },
    returns: ['flawOf', 'durabilityFlaws'],
    properties: ['says'],
    pairs: true,
  }],
];
const RUNNING = PODS.flatMap(([folder, speakers]) => sentencesOf(folder, speakers));

/** A row of a table of the page: a pattern, and the statuses that answers with such a text have. */
interface Row {
  readonly pattern: string;
  readonly statuses: readonly string[];
}

function rows(heading: string): Row[] {
  return rowsBelow(page, heading).map((cells) => {
    const at = cells.findIndex((cell) => /^`.*`$/.test(cell));
    return { pattern: cells[at].slice(1, -1).replace(/\\\|/g, '|'), statuses: cells[at - 1]?.match(/\d{3}/g) ?? [] };
  });
}

function matches({ pattern, statuses }: Row, { text, status }: Sentence): boolean {
  return says(pattern, text) && (status === undefined || statuses.length === 0 || statuses.includes(`${status}`));
}

describe.each([
  ['## While manifests are made', SYNTHESIS],
  ['## While pods run', RUNNING],
])('%s', (heading, sentences) => {
  test('each sentence of the source has a row', () => {
    const missing = sentences.filter((each) => !rows(heading).some((row) => matches(row, each)));
    expect(missing.map(({ text, status, at }) => `${status ? `${status} ` : ''}${text} (${at})`)).toEqual([]);
  });

  test('each row is a sentence that the source says', () => {
    const stale = rows(heading).filter((row) => !sentences.some((each) => matches(row, each)));
    expect(stale.map(({ pattern }) => pattern)).toEqual([]);
  });

  test('no row is so general that it says nothing', () => {
    expect(rows(heading).filter(({ pattern }) => wordsOf(pattern) < 2)).toEqual([]);
  });

  test('every row says why, and what to do', () => {
    const columns = (cells: readonly string[]) => cells.findIndex((cell) => /^`.*`$/.test(cell)) + 3;
    expect(rowsBelow(page, heading).filter((cells) => cells.length !== columns(cells) || !cells.every((cell) => cell)))
      .toEqual([]);
  });
});

test('the source is read: both kinds of sentences are many', () => {
  expect(SYNTHESIS.length).toBeGreaterThan(250);
  expect(RUNNING.length).toBeGreaterThan(120);
});

test.each([
  ['replicas', { replicas: '3' }],
  ['replicas', { replica: 3 }],
])('the sentence on a %s of another type or name is as the page has it', (_, props) => {
  const chart = new Chart(new App(), 'shop');
  const backend = Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080 });
  let said = '';
  try {
    new Spread(chart, 'Web', { backend, ...props } as any);
  } catch (error) {
    said = (error as Error).message;
  }
  expect(said).not.toBe('');
  expect(page.split('\n')).toContain(said);
});
