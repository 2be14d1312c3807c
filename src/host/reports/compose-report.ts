import { toWireError } from "../../contract/wire-error.js";
import type { PluginMetadata } from "../../contract/metadata.js";
import type { CallCounts } from "../calls/call-statistics.js";
import type { PendingCall } from "../calls/call.js";
import type { Isolation, PluginConfig } from "../config/config.js";
import type { LifeEnd, LifeMemory } from "../life/life.js";
import { CRASH_REPORT_FORMAT } from "./crash-report.js";
import type { CrashReport } from "./crash-report.js";
import { groupCalls } from "./group-calls.js";
import type { LifeRecord } from "./life-recorder.js";

/** What is known of a life when it has ended. Times are as in the report; `now` is monotonic. */
export interface EndedLife {
  readonly config: Pick<PluginConfig, "name" | "file">;
  readonly isolation: Isolation;
  readonly metadata: PluginMetadata | undefined;
  readonly life: number;
  readonly hostId: string;
  readonly startedAt: number;
  readonly readyAt: number | undefined;
  readonly endedAt: number;
  readonly uptimeMs: number;
  readonly now: number;
  readonly end: LifeEnd;
  readonly suspects: readonly PendingCall[];
  readonly inFlight: Iterable<PendingCall>;
  readonly counts: CallCounts;
  readonly eventLoop: CrashReport["eventLoop"];
  readonly memory: LifeMemory & { readonly limitBytes: number };
  readonly record: LifeRecord;
}

/** The report of an end. Says of calls what they were and how many, never what they were about. */
export function composeReport(ended: EndedLife): CrashReport {
  const { config, metadata, end, readyAt, now, record } = ended;
  return {
    format: CRASH_REPORT_FORMAT,
    plugin: {
      name: config.name,
      module: config.file,
      ...(metadata === undefined ? {} : { metadata }),
    },
    life: {
      number: ended.life,
      isolation: ended.isolation,
      startedAt: ended.startedAt,
      ...(readyAt === undefined ? {} : { readyAt }),
      endedAt: ended.endedAt,
      uptimeMs: Math.round(ended.uptimeMs),
    },
    host: { id: ended.hostId, pid: process.pid, node: process.version },
    end: {
      kind: end.kind,
      message: end.message,
      ...(end.cause === undefined ? {} : { error: toWireError(end.cause) }),
      suspects: groupCalls(ended.suspects, now),
      ...(end.stuckIn === undefined ? {} : { stuckIn: end.stuckIn }),
    },
    calls: { inFlight: groupCalls(ended.inFlight, now), counts: ended.counts },
    eventLoop: ended.eventLoop,
    memory: ended.memory,
    log: record.log,
    curves: record.curves,
  };
}
