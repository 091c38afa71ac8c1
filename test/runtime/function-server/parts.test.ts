import { createLog, requestFields } from '../../../runtime/shared/log';
import { Counter, Histogram, Metrics } from '../../../runtime/shared/metrics';
import { Problem } from '../../../runtime/shared/problem';
import { isResponse } from '../../../runtime/shared/result-kind';
import { problemBody } from '../../../runtime/shared/send-problem';

test('a counter has a line for each combination of its labels', () => {
  const counter = new Counter('jobs_total', 'Jobs.', ['kind', 'code']);
  counter.inc('a', 200);
  counter.inc('b', 200);
  counter.inc('a', 200);
  expect(counter.render()).toBe([
    '# HELP jobs_total Jobs.', '# TYPE jobs_total counter', 'jobs_total{kind="a",code="200"} 2',
    'jobs_total{kind="b",code="200"} 1', '',
  ].join('\n'));
});

test('buckets of a histogram are cumulative, and their bounds belong to them', () => {
  const histogram = new Histogram('took_seconds', 'Time.');
  for (const seconds of [0.001, 0.002, 0.25, 60]) histogram.with().observe(seconds);
  expect(histogram.render()).toBe([
    '# HELP took_seconds Time.',
    '# TYPE took_seconds histogram',
    ...Object.entries({
      '0.001': 1,
      '0.0025': 2,
      '0.005': 2,
      '0.01': 2,
      '0.025': 2,
      '0.05': 2,
      '0.1': 2,
      '0.25': 3,
      '0.5': 3,
      '1': 3,
      '2.5': 3,
      '5': 3,
      '10': 3,
      '+Inf': 4,
    })
      .sort(([a], [b]) => (Number(a) || Infinity) - (Number(b) || Infinity))
      .map(([bound, count]) => `took_seconds_bucket{le="${bound}"} ${count}`),
    'took_seconds_sum 60.253',
    'took_seconds_count 4',
    '',
  ].join('\n'));
});

test('a reading is taken when the page is', () => {
  const metrics = new Metrics();
  let value = 1;
  metrics.reading('depth', 'Depth.', 'gauge', () => value);
  value = 2;
  expect(metrics.render()).toMatch(/# TYPE depth gauge\ndepth 2\n$/);
});

test('an event is one line, whatever it holds', () => {
  const lines: string[] = [];
  createLog({ pod: 'p' }, (line) => lines.push(line))
    .error('two\nlines', { error: new Error('why', { cause: 'c' }), path: undefined });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]*\n$/);
  const { time, stack, ...rest } = JSON.parse(lines[0]);
  expect(rest).toEqual({ level: 'error', message: 'two\nlines', pod: 'p' });
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(stack).toMatch(/Error: why\n {4}at [^]*\[cause\]: 'c'/);
});

test('a log names a request without its query, in bounded length', () => {
  const headers = { 'traceparent': 't', 'x-request-id': 'r'.repeat(9999) };
  expect(requestFields('GET', '/a?password=1', headers))
    .toEqual({ method: 'GET', path: '/a', traceparent: 't', requestId: 'r'.repeat(200) });
});

test('a problem has the title of its status', () => {
  expect(JSON.parse(problemBody(new Problem(504, 'late'))))
    .toEqual({ type: 'about:blank', title: 'Gateway Timeout', status: 504, detail: 'late' });
});

test('a Response is told from what looks like one', () => {
  expect(isResponse(new Response())).toBe(true);
  for (const value of [undefined, null, 'Response', { status: 200, headers: {}, body: null }, () => {}]) {
    expect(isResponse(value)).toBe(false);
  }
});
