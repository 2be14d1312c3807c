/** What is measured of each plugin. */
import type { Health, PluginHealth, PluginState } from "../../host/main.js";
import type { MetricDefinition, Sample } from "./metric-definition.js";
import { quantiles } from "./quantiles.js";

const STATES: readonly PluginState[] = [
  "starting",
  "ready",
  "degraded",
  "restarting",
  "quarantined",
  "stopped",
];
const BREAKER_STATES = ["closed", "open", "half-open"] as const;
const MS_PER_SECOND = 1000;

export const PLUGIN_METRICS: readonly MetricDefinition[] = [
  {
    type: "gauge",
    name: "stockpile_status",
    help: "The state of the whole: 1 under the one it is in",
    labelNames: ["status"],
    samples: ({ status }) =>
      ["ok", "degraded", "down"].map((each) => ({
        labels: { status: each },
        value: Number(each === status),
      })),
  },
  {
    type: "gauge",
    name: "stockpile_plugin_state",
    help: "The state of a plugin: 1 under the one it is in",
    labelNames: ["plugin", "state"],
    samples: ofEach(({ name, state }) =>
      STATES.map((each) => ({ labels: { plugin: name, state: each }, value: Number(each === state) })),
    ),
  },
  counter("lives_total", "Lives of a plugin begun so far", ({ lives }) => lives),
  counter(
    "restarts_total",
    "Lives begun because the one before had failed or somebody asked for it",
    ({ restarts }) => restarts,
  ),
  {
    type: "counter",
    name: "stockpile_plugin_failures_total",
    help: "Lives of a plugin that ended against the plan, by kind; planned restarts and reloads are none",
    labelNames: ["plugin", "kind"],
    samples: ofEach(({ name, failures }) =>
      Object.entries(failures).map(([kind, value]) => ({ labels: { plugin: name, kind }, value })),
    ),
  },
  gauge(
    "abandoned_threads",
    "Threads that could not be ended and are still there",
    ({ abandonedThreads }) => abandonedThreads,
  ),
  gauge(
    "abandoned_processes",
    "Processes that could not be ended and are still there",
    ({ abandonedProcesses }) => abandonedProcesses,
  ),
  {
    type: "gauge",
    name: "stockpile_plugin_last_failure_timestamp_seconds",
    help: "When a life of the plugin last failed, since the epoch; absent while none has",
    labelNames: ["plugin", "kind"],
    samples: ofEach(({ name, lastFailure }) =>
      lastFailure === undefined
        ? []
        : [{ labels: { plugin: name, kind: lastFailure.kind }, value: lastFailure.at / MS_PER_SECOND }],
    ),
  },
  {
    type: "counter",
    name: "stockpile_plugin_calls_total",
    help: "Calls to a plugin by how they ended; refused ones were not sent",
    labelNames: ["plugin", "result"],
    samples: ofEach(({ name, calls: { succeeded, failed, timedOut, refused } }) => [
      { labels: { plugin: name, result: "succeeded" }, value: succeeded },
      { labels: { plugin: name, result: "failed" }, value: failed },
      { labels: { plugin: name, result: "timed-out" }, value: timedOut },
      { labels: { plugin: name, result: "refused" }, value: refused },
    ]),
  },
  {
    type: "gauge",
    name: "stockpile_plugin_call_duration_seconds",
    help: "How long calls to a plugin took in the last minute, by quantile; absent where there were none",
    labelNames: ["plugin", "quantile"],
    samples: ofEach(({ name, calls: { p50Ms, p95Ms, p99Ms } }) =>
      quantiles({ plugin: name }, { "0.5": p50Ms, "0.95": p95Ms, "0.99": p99Ms }),
    ),
  },
  gauge("calls_in_flight", "Calls to a plugin that are not answered yet", ({ calls }) => calls.inFlight),
  gauge(
    "calls_in_flight_bytes",
    "Bytes on their way to a plugin and expected back",
    ({ calls }) => calls.inFlightBytes,
  ),
  gauge(
    "event_loop_utilization_ratio",
    "Share of the last second a plugin's event loop was busy",
    ({ eventLoop }) => eventLoop.utilization,
  ),
  gauge(
    "event_loop_blocked_seconds",
    "How long a plugin's event loop has stood still",
    ({ eventLoop }) => eventLoop.blockedMs / MS_PER_SECOND,
  ),
  gauge("heap_bytes", "The heap of a plugin", ({ memory }) => memory.heapBytes),
  gauge(
    "external_bytes",
    "Array buffers and what else lies beside the heap",
    ({ memory }) => memory.externalBytes,
  ),
  gauge(
    "resident_bytes",
    "All that the process of a plugin holds; absent for threads",
    ({ memory }) => memory.residentBytes,
  ),
  gauge("memory_limit_bytes", "What a plugin may hold before it is ended", ({ memory }) => memory.limitBytes),
  {
    type: "gauge",
    name: "stockpile_backend_breaker_state",
    help: "The breaker of a backend: 1 under the state it is in",
    labelNames: ["plugin", "backend", "number", "state"],
    samples: ofEach((plugin) =>
      plugin.backends.flatMap((backend) =>
        BREAKER_STATES.map((state) => ({
          labels: { ...backendLabels(plugin, backend), state },
          value: Number(state === backend.breaker),
        })),
      ),
    ),
  },
  {
    type: "gauge",
    name: "stockpile_backend_queued_writes",
    help: "Writes that wait for a backend which does not take them",
    labelNames: ["plugin", "backend", "number"],
    samples: ofEach((plugin) =>
      plugin.backends.map((backend) => ({
        labels: backendLabels(plugin, backend),
        value: backend.queuedWrites,
      })),
    ),
  },
];

/** One sample for each plugin. */
function counter(name: string, help: string, read: (plugin: PluginHealth) => number): MetricDefinition {
  return { ...gauge(name, help, read), type: "counter" };
}

/** @param read `undefined`: the plugin has no such value. */
function gauge(
  name: string,
  help: string,
  read: (plugin: PluginHealth) => number | undefined,
): MetricDefinition {
  return {
    type: "gauge",
    name: `stockpile_plugin_${name}`,
    help,
    labelNames: ["plugin"],
    samples: ofEach((plugin) => {
      const value = read(plugin);
      return value === undefined ? [] : [{ labels: { plugin: plugin.name }, value }];
    }),
  };
}

function ofEach(read: (plugin: PluginHealth) => readonly Sample[]): (health: Health) => readonly Sample[] {
  return ({ plugins }) => plugins.flatMap(read);
}

/**
 * Several of one id, for storages with other parameters, are told apart by their order: `parametersKey` is another after
 * each start, and would have series begin anew.
 */
function backendLabels(
  { name, backends }: PluginHealth,
  backend: PluginHealth["backends"][number],
): Record<string, string> {
  const alike = backends.filter(({ id }) => id === backend.id);
  const number = alike.length === 1 ? {} : { number: String(alike.indexOf(backend) + 1) };
  return { plugin: name, backend: backend.id, ...number };
}
