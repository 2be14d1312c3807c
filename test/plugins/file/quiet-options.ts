import { FileSlots } from "@stockpile/plugin-file";
import type { StoreOptions } from "@stockpile/plugin-file";
import { silentLogger } from "../support/logger-into.js";
import { realClock } from "../support/real-clock.js";

/** What a store is opened with in a process or thread of its own, as the runtime does: with the real clock. */
export function quietOptions(
  hostId: string = `${process.pid}-${Math.round(performance.timeOrigin)}`,
): StoreOptions {
  return { hostId, logger: silentLogger, slots: new FileSlots(), clock: realClock };
}
