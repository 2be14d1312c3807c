import { symbols, type Logger } from "pino";
import type { LogLine } from "../../contract/protocol.js";
import { systemClock, type Clock } from "../clock.js";
import { DropTally } from "./drop-tally.js";
import { LaterWork } from "./later-work.js";
import { isLogFrame } from "./log-frame.js";
import { RateWindow } from "./rate-window.js";
import { readPluginFields, type FieldRules } from "./read-plugin-fields.js";

/**
 * Lines per second, those of over 1,024 characters counting more than once. More than what a worker lets through at
 * its busiest (1,000 waiting, a burst of 1,000, 200 a second), so that only a plugin that evades it meets this.
 */
export const MAX_LINES_PER_SECOND = 3000;
const CHARACTERS_PER_LINE = 1024;

/** Top-level names that say whose line it is and when it came, besides whatever the logger itself is bound to. */
const RESERVED_NAMES = ["level", "time", "msg", "pid", "hostname", "name", "plugin", "life", "pluginTime"];

const LEVEL_NAMES = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
type LevelName = (typeof LEVEL_NAMES)[number];

/** A line as it is written. */
export interface WrittenLine {
  /** When the plugin wrote it, milliseconds since the epoch. */
  readonly at: number;
  readonly level: LevelName;
  readonly message: string;
  readonly fields: object;
}

export interface PluginLogSinkOptions {
  /** Bound to the plugin's name and life already: `logger.child({ plugin, life })`. */
  readonly logger: Logger;
  /** Replaces the secrets in a text. */
  readonly mask: (text: string) => string;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Is told each line that is to be written, masked. */
  readonly onLine?: (line: WrittenLine) => void;
}

/**
 * Writes what one life of a plugin logs to the host's logger, once what is being done has returned. All of it may be
 * hostile: the shape is checked, the rate limited, secrets are masked, and nothing is thrown.
 *
 * A line's fields stand at top level, as pino's users expect, but none can pass for the host's: a field named as
 * one of the logger's bindings, or as pino's own, gets an underscore (`plugin_`). Names that a pino `mixin` or
 * `formatters` add are unknown here and not protected. `time` is when the host wrote the line; when the plugin did
 * is `pluginTime`, in ms since the epoch. The field `err` has been serialised by the worker and is left as it is.
 */
export class PluginLogSink {
  readonly #logger: Logger;
  readonly #rules: FieldRules;
  readonly #rate: RateWindow;
  readonly #drops: DropTally;
  readonly #onLine: PluginLogSinkOptions["onLine"];
  readonly #later = new LaterWork();
  #isEnded = false;

  constructor({ logger, mask, clock = systemClock, onLine }: PluginLogSinkOptions) {
    this.#onLine = onLine;
    this.#logger = logger.child({}, { serializers: { err: (value: unknown) => value } });
    this.#rules = { reservedNames: reservedNames(logger), mask };
    this.#rate = new RateWindow(clock, MAX_LINES_PER_SECOND);
    this.#drops = new DropTally(clock, (count) => this.#reportDrops(count));
  }

  /**
   * Takes a frame as it came over the port. Lines the logger's level leaves out cost next to nothing; lines beyond
   * the rate are dropped; how many were, here and by the worker, is logged at `warn` at most once a second.
   * @returns `false` for what no worker of ours sends: a protocol fault. What could be read of it was written.
   */
  accept(lines: unknown, dropped: unknown): boolean {
    if (!isLogFrame(lines) || !isCount(dropped)) return false;
    if (this.#isEnded) return true;
    let excess = 0;
    let isValid = true;
    for (const line of lines) {
      const level = levelName(line.level);
      if (!this.#logger.isLevelEnabled(level)) continue;
      if (this.#rate.take(weight(line))) isValid = this.#write(level, line) && isValid;
      else excess += 1;
    }
    this.#drops.add(dropped + excess);
    return isValid;
  }

  /** Writes what is still to be written, and reports what was dropped and not reported yet. What comes after is ignored. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#drops.end();
    this.#later.flush();
  }

  /** @returns `false` where the fields are no JSON object; the line is written without them. */
  #write(level: LevelName, line: LogLine): boolean {
    const fields = line.fields === undefined ? {} : readPluginFields(line.fields, this.#rules);
    // Without a message pino writes no key for one.
    const message = line.message === "" ? undefined : this.#rules.mask(line.message);
    this.#onLine?.({ at: line.time, level, message: message ?? "", fields: fields ?? {} });
    this.#later.add(() => this.#log(level, { pluginTime: line.time, ...fields }, message));
    return fields !== undefined;
  }

  #log(level: LevelName, fields: { readonly pluginTime: number }, message: string | undefined): void {
    try {
      this.#logger[level](fields, message);
    } catch {
      // A serializer, formatter or mixin of the host did not expect such fields.
      this.#logBare(level, fields, message);
    }
  }

  #logBare(
    level: LevelName,
    { pluginTime }: { readonly pluginTime: number },
    message: string | undefined,
  ): void {
    try {
      this.#logger[level]({ pluginTime, fieldsLeftOut: true }, message);
    } catch {
      // The logger itself fails, or has no such level.
      this.#drops.add(1);
    }
  }

  #reportDrops(count: number): void {
    this.#later.add(() => this.#logDrops(count));
  }

  #logDrops(count: number): void {
    try {
      const { plugin } = this.#logger.bindings();
      this.#logger.warn({ dropped: count }, `Dropped ${count} log lines of plugin "${String(plugin)}"`);
    } catch {
      // The logger fails: there is nowhere left to say so.
    }
  }
}

function reservedNames(logger: Logger): ReadonlySet<string> {
  // pino tells under which key it puts messages by a symbol it exports, which its types leave out.
  const messageKey: unknown = Reflect.get(logger, symbols.messageKeySym);
  return new Set([...RESERVED_NAMES, String(messageKey), ...Object.keys(logger.bindings())]);
}

/** Levels between pino's own count as the next lower, those beyond as the nearest. */
function levelName(level: number): LevelName {
  const index = Math.min(Math.max(Math.floor(level / 10) - 1, 0), LEVEL_NAMES.length - 1);
  return LEVEL_NAMES[index] ?? "info";
}

function weight({ message, fields = "" }: LogLine): number {
  return 1 + Math.floor((message.length + fields.length) / CHARACTERS_PER_LINE);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
