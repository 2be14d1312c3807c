import type { Logger } from "@stockpile/core/plugin";

/** As many addresses as are remembered. */
const MAX_ADDRESSES = 256;

/**
 * Logs the end of connections and their return: one line each, however many attempts lie in between. Of addresses that
 * come and go it remembers those alone that are out of reach.
 */
export class ConnectionLog {
  readonly #logger: Logger;
  readonly #what: string;
  readonly #lostAt = new Map<string, number>();

  /** @param what what is lost and comes back, as in `connection to Redis`. */
  constructor(logger: Logger, what: string) {
    this.#logger = logger;
    this.#what = what;
  }

  lost(address: string, reason: string): void {
    if (this.#lostAt.has(address)) return;
    this.#lostAt.set(address, performance.now());
    const [oldest] = this.#lostAt.keys();
    if (this.#lostAt.size > MAX_ADDRESSES && oldest !== undefined) this.#lostAt.delete(oldest);
    this.#logger.warn({ address, reason }, `No ${this.#what}; goes on trying`);
  }

  ready(address: string): void {
    const lostAt = this.#lostAt.get(address);
    if (lostAt === undefined) {
      this.#logger.debug({ address }, `There is a ${this.#what}`);
      return;
    }
    this.#lostAt.delete(address);
    const afterMs = Math.round(performance.now() - lostAt);
    this.#logger.info({ address, afterMs }, `There is a ${this.#what} again`);
  }

  /** An address that is not tried any more. */
  forget(address: string): void {
    this.#lostAt.delete(address);
  }
}
