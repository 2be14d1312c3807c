import type { Logger } from "../../contract/context.js";

/**
 * Logs what ends the thread, an exception nobody caught or a rejection nobody awaited, at `fatal`, and calls `flush`
 * when the thread ends, whether by that, by `process.exit()` or for want of work. The thread ends as it would have.
 * @returns Undoes it.
 */
export function captureUncaught(logger: Logger, flush: () => void): () => void {
  const log = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin): void => {
    logger.fatal(
      { err: error },
      origin === "unhandledRejection" ? "Unhandled rejection" : "Uncaught exception",
    );
  };
  process.on("uncaughtExceptionMonitor", log);
  process.on("exit", flush);
  return () => {
    process.off("uncaughtExceptionMonitor", log);
    process.off("exit", flush);
  };
}
