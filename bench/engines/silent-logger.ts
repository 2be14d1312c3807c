import type { Logger } from "../../src/contract/context.js";

/** For what a plugin has to say while it is measured. */
export const silentLogger: Logger = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
  child: () => silentLogger,
};
