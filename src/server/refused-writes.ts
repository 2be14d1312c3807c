import type { Logger } from "pino";

import { isStockpileError } from "../host/main.js";
import type { Clock } from "../host/main.js";

/** After a line about a backend there is none for so long: a full disk refuses every write. */
const QUIET_MS = 10_000;

/**
 * Logs writes that a backend has not taken. The client is told of each, but the operator of a server is not the client,
 * and the host keeps quiet about what its caller is told.
 */
export class RefusedWrites {
  readonly #logger: Logger;
  readonly #clock: Clock;
  /** By plugin and backend; there are as many as the configuration names. */
  readonly #told = new Map<string, { at: number; passedOver: number }>();

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  /** @param error what a write was answered with. One that names no plugin is the client's mistake, or our own. */
  note(error: unknown): void {
    if (!isStockpileError(error) || error.code === "STOCKPILE_CLOSED") return;
    const { pluginName: plugin, backendId: backend, code, message } = error;
    if (plugin === undefined) return;
    const id = JSON.stringify([plugin, backend]);
    const now = this.#clock.monotonic();
    const told = this.#told.get(id);
    if (told !== undefined && now - told.at < QUIET_MS) {
      told.passedOver += 1;
      return;
    }
    this.#told.set(id, { at: now, passedOver: 0 });
    const passedOver = told === undefined || told.passedOver === 0 ? {} : { passedOver: told.passedOver };
    this.#logger.warn({ plugin, backend, code, ...passedOver }, `A write was refused: ${message}`);
  }
}
