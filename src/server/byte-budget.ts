/** How many bytes of bodies the server may hold at once, in both directions. */
import { HttpError } from "./http-error.js";

/** Counts bytes of request and response bodies, and refuses what goes over the limit. */
export class ByteBudget {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Counts `bytes` until they are {@link release}d.
   * @throws {HttpError} 503: over the limit. Nothing was counted.
   */
  take(bytes: number): void {
    if (this.#bytes + bytes > this.#maxBytes) {
      throw new HttpError(
        503,
        "STOCKPILE_SERVER_BUSY",
        `Cannot take more bytes: expected at most ${this.#maxBytes} under way at once ("maxInFlightBytes")`,
      );
    }
    this.#bytes += bytes;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}
