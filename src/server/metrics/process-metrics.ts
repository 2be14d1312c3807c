/**
 * What is measured of the process, under the names that dashboards for Node.js know. prom-client's own collection
 * would do, but never ends: it keeps an observer for as long as the process lives.
 */
import { performance } from "node:perf_hooks";
import type { MetricDefinition } from "./metric-definition.js";

const MS_PER_SECOND = 1000;
const MICROSECONDS_PER_SECOND = 1_000_000;

export const PROCESS_METRICS: readonly MetricDefinition[] = [
  ofProcess(
    "counter",
    "process_cpu_seconds_total",
    "CPU time of the process, its plugins' threads included",
    () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / MICROSECONDS_PER_SECOND;
    },
  ),
  ofProcess(
    "gauge",
    "process_start_time_seconds",
    "When the process started, since the epoch",
    () => performance.timeOrigin / MS_PER_SECOND,
  ),
  ofProcess("gauge", "process_resident_memory_bytes", "All that the process holds", () =>
    process.memoryUsage.rss(),
  ),
  ofProcess(
    "gauge",
    "nodejs_heap_size_used_bytes",
    "The heap of the main thread",
    () => process.memoryUsage().heapUsed,
  ),
  ofProcess(
    "gauge",
    "nodejs_external_memory_bytes",
    "What lies beside the heap",
    () => process.memoryUsage().external,
  ),
  ofProcess(
    "counter",
    "nodejs_eventloop_active_seconds_total",
    "How long the event loop of the main thread was busy",
    () => performance.eventLoopUtilization().active / MS_PER_SECOND,
  ),
  {
    type: "gauge",
    name: "nodejs_version_info",
    help: "The version of Node.js",
    labelNames: ["version"],
    samples: () => [{ labels: { version: process.version }, value: 1 }],
  },
];

function ofProcess(
  type: MetricDefinition["type"],
  name: string,
  help: string,
  read: () => number,
): MetricDefinition {
  return { type, name, help, samples: () => [{ labels: {}, value: read() }] };
}
