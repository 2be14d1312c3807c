/** What a session is made of, and what it shows. */
import type { CallStatistics } from "../calls/call-statistics.js";
import type { PendingCall } from "../calls/call.js";
import type { Isolation, PluginConfig } from "../config/config.js";
import type { LifeEnd } from "../life/life.js";
import type { HostServices } from "./host-services.js";
import type { PluginHealth } from "./plugin-health.js";
import type { Invalidation } from "./read-invalidation.js";

export interface SessionOptions {
  readonly config: PluginConfig;
  readonly life: number;
  readonly services: HostServices;
  readonly statistics: CallStatistics;
  readonly onInvalidate: (handle: number, keys: Invalidation) => void;
  /** The life has ended against the plan; `suspects` are the calls that may have done it. */
  readonly onEnd: (end: LifeEnd, suspects: readonly PendingCall[]) => void;
  /** What carried it could not be ended and is left behind (1), or has gone after all (-1). */
  readonly onAbandoned: (carrier: Isolation, change: 1 | -1) => void;
}

/** What health shows of a running life. */
export type SessionFigures = Pick<PluginHealth, "inspectorUrl" | "eventLoop" | "memory">;
