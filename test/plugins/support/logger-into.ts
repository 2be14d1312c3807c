import type { Logger } from "../../../src/contract/context.js";

/**
 * A logger that notes what is said to it.
 * @param lines where the arguments of each call go.
 * @param from what is below that level is not noted.
 */
export function loggerInto(lines: unknown[][], from: "info" | "warn" = "warn"): Logger {
  const note = (...line: unknown[]): void => void lines.push(line);
  const ignore = (): void => {};
  const logger: Logger = {
    trace: ignore,
    debug: ignore,
    info: from === "info" ? note : ignore,
    warn: note,
    error: note,
    fatal: note,
    child: () => logger,
  };
  return logger;
}

/** One that nobody reads. */
export const silentLogger: Logger = loggerInto([]);
