import type { Context } from "hono";

import { HttpError } from "../http-error.js";
import type { ServerEnv } from "../server-env.js";

/** Requests of the largest size that are held at once; smaller ones may be more. */
const MAX_LARGEST = 16;

/**
 * Bounds what requests for several names hold together, from when their bodies arrive until their clients have taken the
 * answers: those have several times the size of the bodies.
 */
export class ListRoom {
  readonly #largestBytes: number;
  #bytes = 0;

  /** @param largestBytes of a body. */
  constructor(largestBytes: number) {
    this.#largestBytes = largestBytes;
  }

  /**
   * Counts a request, by what it says of its body, for as long as its response is open.
   * @throws {HttpError} 503: others hold too much.
   */
  enter(c: Context<ServerEnv>): void {
    const { outgoing } = c.env;
    if (outgoing.closed) return;
    const announced = Number(c.req.header("content-length") ?? this.#largestBytes);
    // One that announces more than is taken is refused when its body is read.
    const bytes = Math.min(announced, this.#largestBytes);
    const maxBytes = MAX_LARGEST * this.#largestBytes;
    if (this.#bytes + bytes > maxBytes) {
      const message = `Cannot take names: expected at most ${maxBytes} bytes of requests for several at once`;
      throw new HttpError(503, "STOCKPILE_SERVER_BUSY", message);
    }
    this.#bytes += bytes;
    outgoing.once("close", () => {
      this.#bytes -= bytes;
    });
  }
}
