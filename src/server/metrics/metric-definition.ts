import type { Health } from "../../host/main.js";
import type { HostBudget } from "../../mojang/main.js";

/** What samples are read from. */
export interface Snapshot extends Health {
  /** Of each of Mojang's hosts; none where the server does not ask them. */
  readonly upstreams: readonly HostBudget[];
  /** When the server's certificate ends, in ms since the epoch; `undefined`: it shows none. */
  readonly certificateExpiresAt: number | undefined;
}

/** One metric, and how its samples are read from a snapshot. */
export interface MetricDefinition {
  /** `counter`: only grows while the process lives, or while the plugin or category is in the configuration. */
  readonly type: "counter" | "gauge";
  /** Base units, as Prometheus has them: seconds, bytes, ratios. */
  readonly name: string;
  readonly help: string;
  /** Default: none. */
  readonly labelNames?: readonly string[];
  readonly samples: (snapshot: Snapshot) => readonly Sample[];
}

/** A value under its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
