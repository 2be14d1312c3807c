import type { Context } from "hono";

import { HttpError } from "../http-error.js";
import type { ServerEnv } from "../server-env.js";
import { whenOver } from "../when-over.js";

/** Requests of the largest size that are held at once; smaller ones may be more. */
const MAX_LARGEST = 16;
/**
 * Bytes that each request has besides: names of some dozens of players. So there is room for lists as games ask for them whatever
 * others hold, and of these there are no more than requests that connections may have under way.
 */
const FREE_BYTES = 1_024;

/**
 * Bounds what requests for several names hold together, from when their bodies arrive until their clients have taken the
 * answers: those have several times the size of the bodies.
 */
export class ListRoom {
  readonly #maxBytes: number;
  #bytes = 0;

  /** @param largestBytes of a body. */
  constructor(largestBytes: number) {
    this.#maxBytes = MAX_LARGEST * largestBytes;
  }

  /**
   * Counts a request for as long as its response is open.
   * @returns what is called with the bytes of each piece of its body as it arrives. It throws an {@link HttpError}, 503,
   * where others hold too much.
   */
  enter(c: Context<ServerEnv>): (bytes: number) => void {
    let arrived = 0;
    let counted = 0;
    let isOver = false;
    whenOver(c.env.outgoing, () => {
      isOver = true;
      this.#bytes -= counted;
    });
    return (bytes) => {
      arrived += bytes;
      const further = Math.max(0, arrived - FREE_BYTES) - counted;
      if (isOver || further === 0) return;
      if (this.#bytes + further > this.#maxBytes) throw full(this.#maxBytes);
      counted += further;
      this.#bytes += further;
    };
  }
}

function full(maxBytes: number): HttpError {
  const message = `Cannot take names: expected at most ${maxBytes} bytes of requests for several at once`;
  return new HttpError(503, "STOCKPILE_SERVER_BUSY", message);
}
