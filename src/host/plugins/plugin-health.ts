/** What health tells of a plugin. */
import type { PluginMetadata } from "../../contract/metadata.js";
import type { BreakerState } from "../calls/breaker.js";
import type { CallCounts } from "../calls/call-statistics.js";
import type { Isolation } from "../config/config.js";
import type { FailureCounts, PluginFailure } from "./plugin-failure.js";
import type { SpareState } from "./spare-state.js";

/**
 * `starting`: its first life, or one begun by hand, is on its way. `ready`: serving. `degraded`: serving, with a
 * breaker not closed. `restarting`: its last life failed, the next is due or on its way. `quarantined`: it failed too
 * often and is tried seldom. `stopped`: by hand, or closed.
 */
export type PluginState = "starting" | "ready" | "degraded" | "restarting" | "quarantined" | "stopped";

export interface BackendHealth {
  /** Empty while the configuration leaves it to a plugin that has not started. */
  readonly id: string;
  /** Tells apart the parameters a backend is opened with, without showing them. */
  readonly parametersKey: string;
  readonly breaker: BreakerState;
  readonly queuedWrites: number;
  /** Why it did not open, masked; absent where it did, or has not been tried yet. */
  readonly openFailure?: string;
}

export interface PluginHealth {
  /** Its key in the configuration. */
  readonly name: string;
  /** Absent until a life has been loaded. */
  readonly metadata?: PluginMetadata;
  readonly state: PluginState;
  /** When it took this state, milliseconds since the epoch. */
  readonly since: number;
  readonly isolation: Isolation;
  readonly startup: "optional" | "required";
  readonly backends: readonly BackendHealth[];
  /** Lives begun so far, the current one included. */
  readonly lives: number;
  /** Lives begun because the one before had failed or a hand asked for it. */
  readonly restarts: number;
  /**
   * Lives that ended against the plan while they served or were to serve, by kind: those of which each was
   * `lastFailure` once. What befalls a spare, or a life that was to replace another, is not among them.
   */
  readonly failures: FailureCounts;
  /** Threads that could not be ended and are still there: they keep the host from exiting by itself. */
  readonly abandonedThreads: number;
  /** The same of processes, which keep nobody from anything. */
  readonly abandonedProcesses: number;
  readonly lastFailure?: PluginFailure;
  /** Where the configuration asks for one: whether a second life waits. `none`: the next one is due, or none is ready to be spared. */
  readonly spare?: SpareState;
  /** Why there is no spare, where the last one failed. */
  readonly spareFailure?: PluginFailure;
  /**
   * Where a debugger attaches to its current life, where the configuration has it inspected. Whoever knows it controls
   * the plugin: the server's `/health` leaves it out.
   */
  readonly inspectorUrl?: string;
  /** `utilization`: share of the last second its loop was busy; `blockedMs`: how long it has stood still. */
  readonly eventLoop: { readonly utilization: number; readonly blockedMs: number };
  readonly memory: {
    readonly heapBytes: number;
    readonly externalBytes: number;
    /** Of a process: all it holds, which is what its limit is about. */
    readonly residentBytes?: number;
    readonly limitBytes: number;
  };
  readonly calls: CallCounts;
}

/** A plugin has changed its state. */
export interface PluginEvent {
  readonly plugin: string;
  readonly state: PluginState;
  readonly previous: PluginState;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What made it change, where that was a failure. */
  readonly failure?: PluginFailure;
  /** Why it is `degraded`: which backend does not serve, and why not. Masked. */
  readonly reason?: string;
}

/** A planned change of lives has ended, well or not. */
export interface ReloadEvent {
  readonly plugin: string;
  /** Whether the new life has taken over; where it has not, the plugin goes on as it was. */
  readonly isDone: boolean;
  /** From the beginning of the new life. */
  readonly elapsedMs: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Why it has not taken over. Masked. */
  readonly reason?: string;
}
