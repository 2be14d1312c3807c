import type { Health } from "../../host/main.js";

/** One metric, and how its samples are read from a snapshot. */
export interface MetricDefinition {
  /** `counter`: only grows while the process lives, or while the plugin or category is in the configuration. */
  readonly type: "counter" | "gauge";
  /** Base units, as Prometheus has them: seconds, bytes, ratios. */
  readonly name: string;
  readonly help: string;
  /** Default: none. */
  readonly labelNames?: readonly string[];
  readonly samples: (health: Health) => readonly Sample[];
}

/** A value under its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
