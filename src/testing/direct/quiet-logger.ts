import type { Logger } from "../../contract/context.js";

/** Takes lines and drops them: what a backend logs is not what its test is about. */
export const quietLogger: Logger = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
  child: () => quietLogger,
};

function ignore(): void {
  // Dropped.
}
