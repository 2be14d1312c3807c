import type { Logger } from "../../contract/context.js";
import { boundText, MAX_MESSAGE_CHARACTERS } from "./bound-text.js";
import { fieldsToJson, MAX_FIELDS_CHARACTERS } from "./fields-json.js";
import { LOG_LEVELS, type LogLevelName } from "./log-levels.js";
import type { LogOutbox } from "./log-outbox.js";
import { readLogArguments } from "./read-log-arguments.js";

/** Characters of all bindings of a child logger: they travel with every line of it. */
const MAX_BINDINGS_CHARACTERS = 4096;
/** Lines made while another is being made: a `toJSON` may log, but not without end. */
const MAX_NESTED_LINES = 2;

export interface WorkerLoggerOptions {
  readonly outbox: LogOutbox;
  /** Lines below this pino level value are not made; `Infinity` for none at all. */
  readonly level: number;
  /** Fields of every line. */
  readonly bindings?: Record<string, unknown>;
}

/** A plugin's logger, with a question for those who print a lot. */
export interface WorkerLogger extends Logger {
  /**
   * Whether a line of this level would travel now. A line refused for want of room is counted as dropped by this
   * very call, so ask only for one that would be logged at once.
   */
  readonly admits: (level: LogLevelName) => boolean;
  readonly child: (bindings: Record<string, unknown>) => WorkerLogger;
}

/**
 * A logger whose lines go to `outbox`, as text made in the call: later changes to a logged object do not show.
 * It never throws; what cannot be read is shown as such. Its methods may be called without their object.
 */
export function createWorkerLogger(options: WorkerLoggerOptions): WorkerLogger {
  const source: LineSource = { outbox: options.outbox, level: options.level, nestedLines: 0 };
  return createLogger(source, options.bindings ?? {});
}

/** What a logger and its children share. */
interface LineSource {
  readonly outbox: LogOutbox;
  readonly level: number;
  nestedLines: number;
}

/** Taken early: a plugin's fake timers must not date its lines. */
const { now } = Date;

function createLogger(source: LineSource, bindings: Record<string, unknown>): WorkerLogger {
  const bindingsJson = fieldsToJson(bindings, MAX_BINDINGS_CHARACTERS);
  const method = (level: number): ((...parameters: unknown[]) => void) =>
    level < source.level ? ignore : (...parameters) => log(source, level, bindingsJson, parameters);
  return {
    trace: method(LOG_LEVELS.trace),
    debug: method(LOG_LEVELS.debug),
    info: method(LOG_LEVELS.info),
    warn: method(LOG_LEVELS.warn),
    error: method(LOG_LEVELS.error),
    fatal: method(LOG_LEVELS.fatal),
    child: (more) => createLogger(source, merge(bindings, more)),
    admits: (name) => LOG_LEVELS[name] >= source.level && admits(source, LOG_LEVELS[name]),
  };
}

function log(source: LineSource, level: number, bindingsJson: string, parameters: readonly unknown[]): void {
  if (!admits(source, level)) return;
  source.nestedLines += 1;
  try {
    const { message, fields } = readLogArguments(parameters);
    const json = joinMembers(bindingsJson, fields);
    source.outbox.add({
      level,
      time: now(),
      message: boundText(message, MAX_MESSAGE_CHARACTERS),
      ...(json === "" ? {} : { fields: `{${json}}` }),
    });
  } catch {
    // Nothing above throws but for want of stack.
    source.outbox.drop();
  } finally {
    source.nestedLines -= 1;
  }
}

function admits({ outbox, nestedLines }: LineSource, level: number): boolean {
  if (nestedLines < MAX_NESTED_LINES && outbox.accepts(level)) return true;
  outbox.drop();
  return false;
}

/** A line's own field stands after a binding of the same name, and so takes its place when the text is parsed. */
function joinMembers(bindingsJson: string, fields: unknown): string {
  if (fields === undefined) return bindingsJson;
  const bracesAndComma = 3;
  const fieldsJson = fieldsToJson(fields, MAX_FIELDS_CHARACTERS - bindingsJson.length - bracesAndComma);
  return bindingsJson === "" || fieldsJson === ""
    ? bindingsJson + fieldsJson
    : `${bindingsJson},${fieldsJson}`;
}

function merge(bindings: Record<string, unknown>, more: Record<string, unknown>): Record<string, unknown> {
  try {
    return { ...bindings, ...more };
  } catch {
    // A getter or a proxy's trap threw.
    return bindings;
  }
}

function ignore(): void {}
