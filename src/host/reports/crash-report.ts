/** What a crash report holds. docs/crash-reports.md tells users the same. */
import type { PluginMetadata } from "../../contract/metadata.js";
import type { WireError } from "../../contract/wire-error.js";
import type { CallCounts } from "../calls/call-statistics.js";
import type { Isolation } from "../config/config.js";
import type { EndKind, LifeMemory, StuckIn } from "../life/life.js";
import type { CallGroup } from "./group-calls.js";
import type { LifeRecord } from "./life-recorder.js";

/** Raised when a field changes its meaning or goes; new fields may come without. */
export const CRASH_REPORT_FORMAT = 1;

export interface CrashReport extends LifeRecord {
  readonly format: typeof CRASH_REPORT_FORMAT;
  readonly plugin: {
    readonly name: string;
    /** Absolute path of its module. */
    readonly module: string;
    /** Absent where the module was not loaded. */
    readonly metadata?: PluginMetadata;
  };
  readonly life: {
    readonly number: number;
    readonly isolation: Isolation;
    /** Times are milliseconds since the epoch. */
    readonly startedAt: number;
    /** When the plugin had confirmed its start; absent where it had not. */
    readonly readyAt?: number;
    readonly endedAt: number;
    readonly uptimeMs: number;
  };
  readonly host: { readonly id: string; readonly pid: number; readonly node: string };
  readonly end: {
    readonly kind: EndKind;
    readonly message: string;
    /** What was thrown, where something was, with its causes. */
    readonly error?: WireError;
    /** The calls that may have done it. */
    readonly suspects: readonly CallGroup[];
    /** Where its loop was stuck, where that is known. */
    readonly stuckIn?: StuckIn;
    /** The name of the CPU profile beside this file. */
    readonly profile?: string;
  };
  readonly calls: {
    /** Under way at the end. */
    readonly inFlight: readonly CallGroup[];
    /** Of all lives of the plugin in this host. */
    readonly counts: CallCounts;
  };
  readonly eventLoop: { readonly utilization: number; readonly blockedMs: number };
  readonly memory: LifeMemory & { readonly limitBytes: number };
  /** Lives of this plugin that have ended since the report before this one without one of their own: too many at once. */
  readonly passedOver?: number;
}
