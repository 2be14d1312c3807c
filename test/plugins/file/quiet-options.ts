import { FileSlots } from "@stockpile/plugin-file";
import type { StoreOptions } from "@stockpile/plugin-file";
import type { Logger } from "../../../src/contract/context.js";

const logger: Logger = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
  child: () => logger,
};

/** What a store is opened with in a process or thread of its own, as the runtime does: with the real clock. */
export function quietOptions(
  hostId: string = `${process.pid}-${Math.round(performance.timeOrigin)}`,
): StoreOptions {
  return {
    hostId,
    logger,
    slots: new FileSlots(),
    clock: {
      now: () => Date.now(),
      repeat(task, intervalMs) {
        const timer = setInterval(task, intervalMs);
        return () => clearInterval(timer);
      },
    },
  };
}
