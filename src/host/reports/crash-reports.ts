/**
 * Writes crash reports to a folder, one at a time and beside everything else: nobody waits for them but `close`, and
 * what the disk does to them is logged and otherwise borne.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Mask } from "../calls/mask-error.js";
import type { Clock } from "../clock.js";
import type { CrashReportLimits } from "../config/config.js";
import { fsReason } from "../config/fs-reason.js";
import type { CpuProfile } from "../life/cpu-profile.js";
import { settlesWithin } from "../life/settles-within.js";
import { logSafely } from "../logs/log-safely.js";
import type { CrashReport } from "./crash-report.js";
import { pruneReports } from "./prune-reports.js";
import { ReportBudget } from "./report-budget.js";
import { reportStem } from "./report-name.js";
import { writeWholeFile } from "./write-whole-file.js";

/** Reports that wait for the disk at most, each some 100 kB: a slow disk must not become the host's memory. */
const MAX_WAITING = 16;
/** How long `close` waits for the disk, in ms. */
const CLOSE_MS = 2000;
/** Time between two complaints of the log, in ms: a full disk fails each of them. */
const COMPLAINT_MS = 60_000;

export interface CrashReportsOptions {
  readonly limits: CrashReportLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly mask: Mask;
}

export class CrashReports {
  readonly #options: CrashReportsOptions;
  /** By plugin. */
  readonly #budgets = new Map<string, ReportBudget>();
  #waiting = 0;
  /** Settles when all that were taken are written; never rejects. */
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;
  #complainedAt = -Infinity;
  #failures = 0;

  constructor(options: CrashReportsOptions) {
    this.#options = options;
  }

  /**
   * Takes a report to be written soon, with the profile beside it. Never throws.
   * @returns the path it will have, unless the disk refuses; `undefined` where there are too many.
   */
  add(report: CrashReport, profile?: CpuProfile): string | undefined {
    if (this.#isClosed) return undefined;
    const passedOver = this.#admit(report.plugin.name);
    if (passedOver === undefined) return undefined;
    const { directory } = this.#options.limits;
    const stem = reportStem(report.plugin.name, report.life.number, report.life.endedAt);
    this.#waiting += 1;
    const whole = {
      ...report,
      ...(passedOver === 0 ? {} : { passedOver }),
      end: { ...report.end, ...(profile === undefined ? {} : { profile: `${stem}.cpuprofile` }) },
    };
    this.#writing = this.#writing.then(() => this.#write(join(directory, stem), whole, profile));
    return join(directory, `${stem}.json`);
  }

  /** Waits for what is being written, within a bound. What comes later is not taken. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (await settlesWithin(this.#writing, CLOSE_MS)) return;
    const { logger, limits, mask } = this.#options;
    const text = mask(`Closed before all crash reports were written to ${limits.directory}`);
    logSafely(() => logger.warn({ waiting: this.#waiting }, text));
  }

  /** How many of the plugin's were passed over since its last; `undefined` where this one is too. */
  #admit(plugin: string): number | undefined {
    const budget = this.#budgets.get(plugin) ?? new ReportBudget(this.#options.clock);
    this.#budgets.set(plugin, budget);
    if (this.#waiting < MAX_WAITING) return budget.take();
    budget.passOver();
    return undefined;
  }

  async #write(path: string, report: CrashReport, profile: CpuProfile | undefined): Promise<void> {
    const { limits, clock } = this.#options;
    try {
      await mkdir(limits.directory, { recursive: true });
      if (profile !== undefined) await writeWholeFile(`${path}.cpuprofile`, this.#text(profile));
      await writeWholeFile(`${path}.json`, `${this.#text(report, 2)}\n`);
      await pruneReports(limits.directory, limits.keep, clock.now());
    } catch (error) {
      this.#complain(error);
    } finally {
      this.#waiting -= 1;
    }
  }

  /** As JSON, with the secrets of the configuration masked in every text. */
  #text(value: object, indent?: number): string {
    const masked = (_key: string, member: unknown): unknown =>
      typeof member === "string" ? this.#options.mask(member) : member;
    return JSON.stringify(value, masked, indent);
  }

  #complain(error: unknown): void {
    const { clock, logger, limits, mask } = this.#options;
    this.#failures += 1;
    const now = clock.monotonic();
    if (now - this.#complainedAt < COMPLAINT_MS) return;
    this.#complainedAt = now;
    const failures = this.#failures;
    this.#failures = 0;
    const text = mask(`Cannot write crash reports to ${limits.directory}: ${fsReason(error)}`);
    logSafely(() => logger.warn({ failures }, text));
  }
}
