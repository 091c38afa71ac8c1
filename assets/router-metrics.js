// runtime/shared/buckets.ts
var BUCKETS = [1e-3, 25e-4, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

// runtime/router/metrics.ts
function count(r) {
  const { requests } = ngx.shared;
  const { group, status, grpc_status: code = status, request_time: time, upstream_addr: upstreams = "" } = r.variables;
  const { affinity } = r.variables;
  const seconds = Number(time);
  try {
    requests.incr(`requests ${group} ${code || "none"}`, 1, 0);
    requests.incr(`bucket ${group} ${bucketOf(seconds)}`, 1, 0);
    requests.incr(`seconds ${group}`, seconds, 0);
    const retries = upstreams.split(",").length - 1;
    if (retries > 0) requests.incr(`retries ${group}`, retries, 0);
    if (affinity) requests.incr(`affinity ${group} ${affinity}`, 1, 0);
  } catch {
  }
  return "";
}
function bucketOf(seconds) {
  let bucket = 0;
  while (seconds > BUCKETS[bucket]) bucket++;
  return bucket;
}
function page(r) {
  const groups = {};
  for (const [key, value] of ngx.shared.requests.items()) {
    const [what, group, detail] = key.split(" ");
    const counts = groups[group] ??= {
      requests: {},
      affinity: {},
      buckets: BUCKETS.map(() => 0).concat(0),
      seconds: 0,
      retries: 0
    };
    if (what === "requests") counts.requests[detail] = value;
    else if (what === "affinity") counts.affinity[detail] = value;
    else if (what === "bucket") counts.buckets[Number(detail)] = value;
    else if (what === "seconds") counts.seconds = value;
    else counts.retries = value;
  }
  const each = (lines) => Object.keys(groups).sort().flatMap((group) => lines(group, groups[group]));
  r.headersOut["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8";
  r.return(200, [
    r.variables.connection_metrics,
    "# HELP metaparticle_group_requests_total Requests answered, by group and status code.",
    "# TYPE metaparticle_group_requests_total counter",
    ...each((group, { requests }) => Object.keys(requests).sort().map((code) => `metaparticle_group_requests_total{group="${group}",code="${code}"} ${requests[code]}`)),
    "# HELP metaparticle_group_retries_total Further tries of requests, on another replica.",
    "# TYPE metaparticle_group_retries_total counter",
    ...each((group, { retries }) => [`metaparticle_group_retries_total{group="${group}"} ${retries}`]),
    ...affinities(each),
    "# HELP metaparticle_group_request_duration_seconds From the first byte of a request to the last of its answer.",
    "# TYPE metaparticle_group_request_duration_seconds histogram",
    ...each(durations),
    ""
  ].join("\n"));
}
function affinities(each) {
  const name = "metaparticle_group_affinity_total";
  const lines = each((group, { affinity }) => Object.keys(affinity).sort().map((outcome) => `${name}{group="${group}",affinity="${outcome}"} ${affinity[outcome]}`));
  return lines.length === 0 ? [] : [
    `# HELP ${name} Requests answered, by what came of their affinity: home, spill or none.`,
    `# TYPE ${name} counter`,
    ...lines
  ];
}
function durations(group, { buckets, seconds }) {
  const name = "metaparticle_group_request_duration_seconds";
  let total = 0;
  return [
    ...buckets.map((inBucket, i) => `${name}_bucket{group="${group}",le="${BUCKETS[i] ?? "+Inf"}"} ${total += inBucket}`),
    `${name}_sum{group="${group}"} ${seconds}`,
    `${name}_count{group="${group}"} ${total}`
  ];
}
var metrics_default = { count, page };
export {
  metrics_default as default
};
