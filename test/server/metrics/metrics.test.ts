import test from "ava";
import type { ExecutionContext } from "ava";

import type { Snapshot } from "../../../src/server/metrics/metric-definition.js";
import { METRICS_CONTENT_TYPE, renderMetrics } from "../../../src/server/metrics/metrics.js";
import { openServer } from "../open-server.js";
import { send } from "../send.js";

const HEALTH: Snapshot = {
  status: "degraded",
  at: 1_767_225_600_000,
  plugins: [
    {
      name: "redis",
      state: "degraded",
      since: 1_767_225_000_000,
      isolation: "process",
      startup: "optional",
      backends: [{ id: "redis", parametersKey: "0123abcd", breaker: "half-open", queuedWrites: 7 }],
      lives: 4,
      restarts: 3,
      failures: { crash: 21, hang: 22, exit: 23, memory: 24, protocol: 25, "start-timeout": 26, load: 27 },
      abandonedThreads: 1,
      abandonedProcesses: 9,
      lastFailure: { at: 1_767_225_599_500, kind: "crash", message: "gone" },
      eventLoop: { utilization: 0.25, blockedMs: 1500 },
      memory: { heapBytes: 10, externalBytes: 20, residentBytes: 30, limitBytes: 40 },
      calls: {
        inFlight: 2,
        inFlightBytes: 64,
        succeeded: 100,
        failed: 5,
        timedOut: 6,
        refused: 7,
        p50Ms: 0.5,
        p95Ms: 2,
        p99Ms: 250,
      },
    },
  ],
  categories: [
    {
      name: "player",
      plugin: "redis",
      gets: { near: 1, backend: 2, pending: 3, loader: 4, stale: 5, none: 6, failed: 7 },
      getTimes: {
        backend: { p50Ms: 0.25, p95Ms: 0.75, p99Ms: 8 },
        failed: { p50Ms: 400, p95Ms: 500, p99Ms: 600 },
      },
      loads: { succeeded: 8, failed: 9, p50Ms: 100, p99Ms: 3000 },
      undecodable: 11,
      near: { entries: 12, bytes: 1300 },
    },
  ],
  upstreams: [
    {
      host: "api",
      baseUrl: "https://api.example.org",
      capacity: 200,
      left: 150.5,
      sent: 71,
      refused: 72,
      failed: 73,
      pausedMs: 4500,
    },
  ],
  certificateExpiresAt: 1_774_000_000_500,
};

/** What a snapshot has to come to; the numbers are all different, so that a mix-up shows. */
const EXPECTED = [
  'stockpile_status{status="ok"} 0',
  'stockpile_status{status="degraded"} 1',
  'stockpile_status{status="down"} 0',
  'stockpile_plugin_state{plugin="redis",state="ready"} 0',
  'stockpile_plugin_state{plugin="redis",state="degraded"} 1',
  'stockpile_plugin_lives_total{plugin="redis"} 4',
  'stockpile_plugin_restarts_total{plugin="redis"} 3',
  'stockpile_plugin_failures_total{plugin="redis",kind="crash"} 21',
  'stockpile_plugin_failures_total{plugin="redis",kind="hang"} 22',
  'stockpile_plugin_failures_total{plugin="redis",kind="exit"} 23',
  'stockpile_plugin_failures_total{plugin="redis",kind="memory"} 24',
  'stockpile_plugin_failures_total{plugin="redis",kind="protocol"} 25',
  'stockpile_plugin_failures_total{plugin="redis",kind="start-timeout"} 26',
  'stockpile_plugin_failures_total{plugin="redis",kind="load"} 27',
  'stockpile_plugin_abandoned_threads{plugin="redis"} 1',
  'stockpile_plugin_abandoned_processes{plugin="redis"} 9',
  'stockpile_plugin_last_failure_timestamp_seconds{plugin="redis",kind="crash"} 1767225599.5',
  'stockpile_plugin_calls_total{plugin="redis",result="succeeded"} 100',
  'stockpile_plugin_calls_total{plugin="redis",result="failed"} 5',
  'stockpile_plugin_calls_total{plugin="redis",result="timed-out"} 6',
  'stockpile_plugin_calls_total{plugin="redis",result="refused"} 7',
  'stockpile_plugin_call_duration_seconds{plugin="redis",quantile="0.5"} 0.0005',
  'stockpile_plugin_call_duration_seconds{plugin="redis",quantile="0.95"} 0.002',
  'stockpile_plugin_call_duration_seconds{plugin="redis",quantile="0.99"} 0.25',
  'stockpile_plugin_calls_in_flight{plugin="redis"} 2',
  'stockpile_plugin_calls_in_flight_bytes{plugin="redis"} 64',
  'stockpile_plugin_event_loop_utilization_ratio{plugin="redis"} 0.25',
  'stockpile_plugin_event_loop_blocked_seconds{plugin="redis"} 1.5',
  'stockpile_plugin_heap_bytes{plugin="redis"} 10',
  'stockpile_plugin_external_bytes{plugin="redis"} 20',
  'stockpile_plugin_resident_bytes{plugin="redis"} 30',
  'stockpile_plugin_memory_limit_bytes{plugin="redis"} 40',
  'stockpile_backend_breaker_state{plugin="redis",backend="redis",state="closed"} 0',
  'stockpile_backend_breaker_state{plugin="redis",backend="redis",state="half-open"} 1',
  'stockpile_backend_queued_writes{plugin="redis",backend="redis"} 7',
  'stockpile_category_gets_total{category="player",source="near"} 1',
  'stockpile_category_gets_total{category="player",source="backend"} 2',
  'stockpile_category_gets_total{category="player",source="stale"} 5',
  'stockpile_category_gets_total{category="player",source="failed"} 7',
  'stockpile_category_get_duration_seconds{category="player",source="backend",quantile="0.5"} 0.00025',
  'stockpile_category_get_duration_seconds{category="player",source="backend",quantile="0.95"} 0.00075',
  'stockpile_category_get_duration_seconds{category="player",source="backend",quantile="0.99"} 0.008',
  'stockpile_category_get_duration_seconds{category="player",source="failed",quantile="0.5"} 0.4',
  'stockpile_category_loads_total{category="player",result="succeeded"} 8',
  'stockpile_category_loads_total{category="player",result="failed"} 9',
  'stockpile_category_load_duration_seconds{category="player",quantile="0.99"} 3',
  'stockpile_category_undecodable_total{category="player"} 11',
  'stockpile_near_entries{category="player"} 12',
  'stockpile_near_bytes{category="player"} 1300',
  'stockpile_upstream_budget_capacity{host="api"} 200',
  'stockpile_upstream_budget_left{host="api"} 150.5',
  'stockpile_upstream_requests_total{host="api"} 71',
  'stockpile_upstream_refusals_total{host="api"} 72',
  'stockpile_upstream_failures_total{host="api"} 73',
  'stockpile_upstream_pause_seconds{host="api"} 4.5',
  "stockpile_tls_certificate_expiry_timestamp_seconds 1774000000.5",
];

test("renderMetrics() writes every number of a snapshot, in base units", async (t) => {
  const lines = new Set((await renderMetrics(HEALTH)).split("\n"));
  for (const line of EXPECTED) t.true(lines.has(line), line);
});

test("renderMetrics() says of each metric what it is", async (t) => {
  const text = await renderMetrics(HEALTH);
  for (const name of namesIn(text)) {
    t.regex(text, new RegExp(`^# HELP ${name} \\S`, "m"));
    t.regex(text, new RegExp(`^# TYPE ${name} (?:${name.endsWith("_total") ? "counter" : "gauge"})$`, "m"));
  }
});

test("renderMetrics() leaves out what there is no number of", async (t) => {
  const { plugins, categories } = HEALTH;
  const [plugin] = plugins;
  const [category] = categories;
  if (plugin === undefined || category === undefined) return t.fail();
  const { lastFailure: _, ...healthy } = plugin;
  const { p50Ms: __, p95Ms: ___, p99Ms: ____, ...calls } = plugin.calls;
  const text = await renderMetrics({
    ...HEALTH,
    plugins: [{ ...healthy, calls, memory: { heapBytes: 1, externalBytes: 1, limitBytes: 1 }, backends: [] }],
    categories: [{ ...category, getTimes: {}, loads: { succeeded: 0, failed: 0 } }],
  });
  t.notRegex(
    text,
    /^stockpile_(?:plugin_last_failure|plugin_resident|plugin_call_duration|category_get_duration|category_load_duration)/m,
  );
  t.notRegex(text, /NaN|undefined/);
});

test("renderMetrics() tells backends of one name apart by their order, and goes on with their series after a restart", async (t) => {
  const [plugin] = HEALTH.plugins;
  const [backend] = plugin?.backends ?? [];
  if (plugin === undefined || backend === undefined) return t.fail();
  const render = (...keys: readonly string[]): Promise<string> => {
    const backends = keys.map((parametersKey) => ({ ...backend, parametersKey }));
    const other = { ...backend, id: "other", queuedWrites: 1 };
    return renderMetrics({ ...HEALTH, plugins: [{ ...plugin, backends: [...backends, other] }] });
  };
  const text = await render("0123abcd", "4567cdef");
  for (const line of [
    'stockpile_backend_queued_writes{plugin="redis",backend="redis",number="1"} 7',
    'stockpile_backend_queued_writes{plugin="redis",backend="redis",number="2"} 7',
    'stockpile_backend_queued_writes{plugin="redis",backend="other"} 1',
  ])
    t.true(text.includes(`\n${line}\n`), line);
  // Another process has other keys for the same parameters.
  t.is(withoutTimes(await render("89abef01", "23456789")), withoutTimes(text));
});

/** Without what is measured of the process. */
function withoutTimes(text: string): string {
  return text.replaceAll(/^(?:process|nodejs)_.*$/gm, "");
}

test("renderMetrics() escapes what a plugin or category may be called, and keeps nothing of the last snapshot", async (t) => {
  const [plugin] = HEALTH.plugins;
  if (plugin === undefined) return t.fail();
  const text = await renderMetrics({ ...HEALTH, plugins: [{ ...plugin, name: 'a"b\\c\nd' }] });
  t.true(text.includes('stockpile_plugin_lives_total{plugin="a\\"b\\\\c\\nd"} 4'));
  t.false((await renderMetrics({ ...HEALTH, plugins: [] })).includes("plugin="));
});

test("GET /metrics tells Prometheus of plugins, categories and the process", async (t) => {
  const { address } = await openServer(t);
  await send(address.url, "/cache/player/one", { method: "PUT", body: "x" });
  await send(address.url, "/cache/player/one");
  const sent = await send(address.url, "/metrics");
  t.is(sent.status, 200);
  t.is(sent.headers["content-type"], METRICS_CONTENT_TYPE);
  t.is(METRICS_CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
  const text = sent.body.toString();
  t.regex(text, /^stockpile_plugin_state\{plugin="memory",state="ready"\} 1$/m);
  t.regex(text, /^stockpile_category_gets_total\{category="player",source="(?:near|backend|pending)"\} 1$/m);
  for (const name of [
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
    "nodejs_heap_size_used_bytes",
  ])
    t.true(valueOf(t, text, name) > 0, name);
  t.true(Math.abs(valueOf(t, text, "process_start_time_seconds") - Date.now() / 1000) < 600);
});

function namesIn(text: string): string[] {
  const names = new Set([...text.matchAll(/^([a-z_]+)[{ ]/gm)].map(([, name = ""]) => name));
  return [...names];
}

function valueOf(t: ExecutionContext, text: string, name: string): number {
  const [, value] = new RegExp(`^${name} (\\S+)$`, "m").exec(text) ?? [];
  t.not(value, undefined, name);
  return Number(value);
}
