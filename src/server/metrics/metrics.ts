/** What `/metrics` answers: the state of the cache in the text format of Prometheus. */
import { Counter, Gauge, Registry } from "prom-client";

import { CATEGORY_METRICS } from "./category-metrics.js";
import { CERTIFICATE_METRICS } from "./certificate-metrics.js";
import type { MetricDefinition, Snapshot } from "./metric-definition.js";
import { PLUGIN_METRICS } from "./plugin-metrics.js";
import { PROCESS_METRICS } from "./process-metrics.js";
import { UPSTREAM_METRICS } from "./upstream-metrics.js";

const DEFINITIONS: readonly MetricDefinition[] = [
  ...PLUGIN_METRICS,
  ...CATEGORY_METRICS,
  ...UPSTREAM_METRICS,
  ...CERTIFICATE_METRICS,
  ...PROCESS_METRICS,
];

/** Of what {@link renderMetrics} answers. */
export const METRICS_CONTENT_TYPE: string = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * Writes a snapshot as text. A registry of its own for each: a plugin or category that is gone leaves no series behind,
 * and the application around us keeps its own metrics.
 */
export async function renderMetrics(snapshot: Snapshot): Promise<string> {
  const registry = new Registry();
  for (const { type, name, help, labelNames = [], samples } of DEFINITIONS) {
    const options = { name, help, labelNames, registers: [registry] };
    const metric = type === "counter" ? new Counter(options) : new Gauge(options);
    for (const { labels, value } of samples(snapshot)) metric.inc(labels, value);
  }
  return registry.metrics();
}
