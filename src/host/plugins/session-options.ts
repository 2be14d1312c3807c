/** What a session is made of, and what it shows. */
import type { CallStatistics } from "../calls/call-statistics.js";
import type { PendingCall } from "../calls/call.js";
import type { Isolation, PluginConfig } from "../config/config.js";
import type { LifeEnd } from "../life/life.js";
import type { HostServices } from "./host-services.js";
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
export interface SessionFigures {
  /** Where a debugger attaches to it. */
  readonly inspectorUrl?: string;
  readonly eventLoop: { readonly utilization: number; readonly blockedMs: number };
  readonly memory: {
    readonly heapBytes: number;
    readonly externalBytes: number;
    /** Of a process: all it holds, which is what its limit is about. */
    readonly residentBytes?: number;
    readonly limitBytes: number;
  };
}
