import { inspect } from 'node:util';
import { Chart, Testing } from 'cdk8s';
import { Backend, Code, Platform, ShardKey, Shard } from '../../src';

const agent = process.env.JSII_AGENT;
const from = (language: string) => { process.env.JSII_AGENT = language; };

afterEach(() => {
  if (agent === undefined) delete process.env.JSII_AGENT;
  else process.env.JSII_AGENT = agent;
});

const newChart = () => new Chart(Testing.app(), 'myShop');
const shard = (backend = Backend.fromImage('web:1', { port: 8080, readinessPath: 'basePath' })) => (
  new Shard(newChart(), 'basePath', { shards: 1, key: ShardKey.fromHeader('x-user'), backend })
);

describe('a sentence names properties and functions as Python writes them', () => {
  beforeEach(() => from('Python/3.11.2'));

  test.each<[what: string, call: () => unknown, sentence: string]>([
    [
      'but not what is quoted, nor paths of constructs',
      () => shard(),
      "[myShop/basePath] readiness_path is 'basePath': a path starts with a slash, as in '/health'",
    ],
    [
      'of a chart, too',
      () => Platform.configure(newChart(), { nodeVersion: 8 }),
      '[myShop] node_version is 8: it must be a whole number from 24 to 999',
    ],
    [
      'in remedies',
      () => Code.fromInline('(request) => prefix + request.path'),
      'inline code: prefix (line 1: `(request) => prefix + request.path;`) is not defined in the pod: only the function '
        + 'itself gets there, so define it inside, or put both into a file and use Code.from_file',
    ],
    [
      'after an apostrophe',
      () => ShardKey.fromCookie('a b'),
      "from_cookie names 'a b', which is no cookie's name: write it as in 'session'",
    ],
  ])('%s', (_, call, sentence) => {
    expect(call).toThrow(new Error(sentence));
  });
});

test('in Java they are what they are in TypeScript', () => {
  from('Java/17.0.1');
  expect(shard).toThrow(new Error(
    "[myShop/basePath] readinessPath is 'basePath': a path starts with a slash, as in '/health'",
  ));
});

test('a sentence stands alone where jsii makes text of an error, and Node shows it as any error', () => {
  const thrown = [() => shard(), () => ShardKey.fromHeader('a_b'), () => Code.fromInline('1')].map((call) => {
    try {
      return call();
    } catch (error) {
      return error;
    }
  }) as Error[];
  expect(thrown.map((error) => `${error}`)).toEqual([
    "[myShop/basePath] readinessPath is 'basePath': a path starts with a slash, as in '/health'",
    "fromHeader names 'a_b': nginx ignores headers with an underscore; use dashes",
    'inline code is a value, not a function: give an expression that is a function, such as (request) => request.path',
  ]);
  expect(thrown.map((error) => inspect(error).split('\n')[0])).toEqual(thrown.map((error) => `Error: ${error}`));
  expect(thrown.map((error) => Object.keys(error))).toEqual([[], [], []]);
});
