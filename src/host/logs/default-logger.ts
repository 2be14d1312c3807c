import { destination, levels, pino, type Logger } from "pino";
import { ConfigError } from "../../contract/errors.js";

/** Names the environment variable that sets the level. */
const LEVEL_VARIABLE = "STOCKPILE_LOG_LEVEL";
/** A library speaks only when something is wrong. */
const DEFAULT_LEVEL = "warn";
/** Standard error: standard output belongs to the program that embeds us. */
const STDERR_FILE_DESCRIPTOR = 2;

/**
 * The logger of a host that was given none: named `stockpile`, JSON lines on standard error, from `warn` on or from
 * the level in `STOCKPILE_LOG_LEVEL` (`trace`, `debug`, `info`, `warn`, `error`, `fatal`, `silent`).
 * @throws {ConfigError} the variable holds anything else.
 */
export function defaultLogger(environment: NodeJS.ProcessEnv = process.env): Logger {
  const level = environment[LEVEL_VARIABLE] || DEFAULT_LEVEL;
  const names = [...Object.keys(levels.values), "silent"];
  if (!names.includes(level)) {
    const message = `expected one of ${names.join(", ")}: received ${JSON.stringify(level)}`;
    throw new ConfigError("environment", [{ path: LEVEL_VARIABLE, message }]);
  }
  return pino({ name: "stockpile", level }, destination(STDERR_FILE_DESCRIPTOR));
}
