import type { NjsRequest } from './njs';
import { BUCKETS } from '../shared/buckets';

/**
 * Counts a request that has been answered. nginx asks for it as the condition of a log that nothing is ever written
 * to: there is no other place for a script once the answer is out.
 * @returns nothing, which is false
 */
function count(r: NjsRequest): string {
  const { requests } = ngx.shared;
  // of gRPC its own status: that of HTTP is 200 whatever came of a call
  const { group, status, grpc_status: code = status, request_time: time, upstream_addr: upstreams = '' } = r.variables;
  const { affinity } = r.variables;
  const seconds = Number(time);
  try {
    requests.incr(`requests ${group} ${code || 'none'}`, 1, 0);
    requests.incr(`bucket ${group} ${bucketOf(seconds)}`, 1, 0);
    requests.incr(`seconds ${group}`, seconds, 0);
    // one address for each try, apart by commas
    const retries = upstreams.split(',').length - 1;
    if (retries > 0) requests.incr(`retries ${group}`, retries, 0);
    if (affinity) requests.incr(`affinity ${group} ${affinity}`, 1, 0);
  } catch {
    // the zone is full: a request that cannot be counted has been answered all the same
  }
  return '';
}

function bucketOf(seconds: number): number {
  let bucket = 0;
  while (seconds > BUCKETS[bucket]) bucket++;
  return bucket;
}

/** The page for Prometheus, in the text format 0.0.4. */
function page(r: NjsRequest): void {
  const groups: { [group: string]: Counts } = {};
  for (const [key, value] of ngx.shared.requests.items()) {
    const [what, group, detail] = key.split(' ');
    const counts = groups[group] ??= {
      requests: {}, affinity: {}, buckets: BUCKETS.map(() => 0).concat(0), seconds: 0, retries: 0,
    };
    if (what === 'requests') counts.requests[detail] = value;
    else if (what === 'affinity') counts.affinity[detail] = value;
    else if (what === 'bucket') counts.buckets[Number(detail)] = value;
    else if (what === 'seconds') counts.seconds = value;
    else counts.retries = value;
  }
  const each: Each = (lines) => (
    Object.keys(groups).sort().flatMap((group) => lines(group, groups[group]))
  );
  r.headersOut['Content-Type'] = 'text/plain; version=0.0.4; charset=utf-8';
  r.return(200, [
    r.variables.connection_metrics,
    '# HELP metaparticle_group_requests_total Requests answered, by group and status code.',
    '# TYPE metaparticle_group_requests_total counter',
    ...each((group, { requests }) => Object.keys(requests).sort()
      .map((code) => `metaparticle_group_requests_total{group="${group}",code="${code}"} ${requests[code]}`)),
    '# HELP metaparticle_group_retries_total Further tries of requests, on another replica.',
    '# TYPE metaparticle_group_retries_total counter',
    ...each((group, { retries }) => [`metaparticle_group_retries_total{group="${group}"} ${retries}`]),
    ...affinities(each),
    '# HELP metaparticle_group_request_duration_seconds From the first byte of a request to the last of its answer.',
    '# TYPE metaparticle_group_request_duration_seconds histogram',
    ...each(durations),
    '',
  ].join('\n'));
}

interface Counts {
  readonly requests: { [code: string]: number };
  readonly affinity: { [outcome: string]: number };
  readonly buckets: number[];
  seconds: number;
  retries: number;
}

type Each = (lines: (group: string, counts: Counts) => string[]) => string[];

/** Only a router that has affinity to look after counts it. */
function affinities(each: Each): string[] {
  const name = 'metaparticle_group_affinity_total';
  const lines = each((group, { affinity }) => Object.keys(affinity).sort()
    .map((outcome) => `${name}{group="${group}",affinity="${outcome}"} ${affinity[outcome]}`));
  return lines.length === 0 ? [] : [
    `# HELP ${name} Requests answered, by what came of their affinity: home, spill or none.`,
    `# TYPE ${name} counter`,
    ...lines,
  ];
}

function durations(group: string, { buckets, seconds }: Counts): string[] {
  const name = 'metaparticle_group_request_duration_seconds';
  let total = 0;
  return [
    ...buckets.map((inBucket, i) => (
      `${name}_bucket{group="${group}",le="${BUCKETS[i] ?? '+Inf'}"} ${total += inBucket}`
    )),
    `${name}_sum{group="${group}"} ${seconds}`,
    `${name}_count{group="${group}"} ${total}`,
  ];
}

export default { count, page };
