/** What there is to tell of one life when it ends against the plan. Where no reports are written it keeps nothing. */
import type { PluginMetadata } from "../../contract/metadata.js";
import type { CallChannel } from "../calls/call-channel.js";
import type { CallStatistics } from "../calls/call-statistics.js";
import type { PendingCall } from "../calls/call.js";
import type { Clock } from "../clock.js";
import type { Isolation, PluginConfig } from "../config/config.js";
import type { CpuProfile } from "../life/cpu-profile.js";
import type { LifeEnd, LifeMemory } from "../life/life.js";
import { composeReport } from "./compose-report.js";
import type { CrashReports } from "./crash-reports.js";
import { LifeRecorder } from "./life-recorder.js";
import type { RecordedLine } from "./life-recorder.js";

export interface LifeChronicleOptions {
  readonly config: PluginConfig;
  readonly life: number;
  readonly hostId: string;
  readonly clock: Clock;
  readonly statistics: CallStatistics;
  /** `undefined`: none are written. */
  readonly reports: CrashReports | undefined;
}

/** Figures of a life, as health has them. */
export interface LifeFigures {
  readonly eventLoop: { readonly utilization: number; readonly blockedMs: number };
  readonly memory: LifeMemory & { readonly limitBytes: number };
}

/** How a life ended, beside what was remembered of it. */
export interface LifeEnding extends LifeFigures {
  /** What carried it: one that turned out to be native has moved to a process. */
  readonly isolation: Isolation;
  /** Masked. */
  readonly end: LifeEnd;
  readonly suspects: readonly PendingCall[];
  readonly channel: CallChannel;
  readonly metadata: PluginMetadata | undefined;
  readonly profile: CpuProfile | undefined;
}

export class LifeChronicle {
  readonly #options: LifeChronicleOptions;
  readonly #recorder: LifeRecorder | undefined;
  readonly #startedAt: number;
  /** The same, monotonic. */
  readonly #began: number;
  #readyAt: number | undefined;

  constructor(options: LifeChronicleOptions) {
    this.#options = options;
    this.#recorder = options.reports === undefined ? undefined : new LifeRecorder();
    this.#startedAt = options.clock.now();
    this.#began = options.clock.monotonic();
  }

  /** Takes a line of the plugin's, masked. */
  line(line: RecordedLine): void {
    this.#recorder?.line(line);
  }

  /** Takes a line the plugin wrote past its logger, masked. */
  output(stream: "stdout" | "stderr", message: string): void {
    this.#recorder?.line({ at: this.#options.clock.now(), level: stream, message });
  }

  /** Takes what one look of the watch has seen. */
  look({ eventLoop, memory }: LifeFigures, callsInFlight: number): void {
    if (this.#recorder === undefined) return;
    const { limitBytes: _, ...bytes } = memory;
    this.#recorder.look({
      at: this.#options.clock.now(),
      ...bytes,
      utilization: Math.round(eventLoop.utilization * 1000) / 1000,
      blockedMs: Math.round(eventLoop.blockedMs),
      callsInFlight,
    });
  }

  /** The plugin has confirmed its start. */
  ready(): void {
    this.#readyAt = this.#options.clock.now();
  }

  /** Has the report of its end written. Answers the path it will have; `undefined` where there will be none. */
  report({ channel, profile, ...ending }: LifeEnding): string | undefined {
    const { reports, clock, statistics, config, life, hostId } = this.#options;
    if (reports === undefined || this.#recorder === undefined) return undefined;
    const now = clock.monotonic();
    const report = composeReport({
      ...ending,
      config,
      life,
      hostId,
      now,
      startedAt: this.#startedAt,
      readyAt: this.#readyAt,
      endedAt: clock.now(),
      uptimeMs: now - this.#began,
      inFlight: channel.pending,
      counts: statistics.snapshot(channel.inFlight, channel.inFlightBytes),
      record: this.#recorder.record(),
    });
    return reports.add(report, profile);
  }
}
