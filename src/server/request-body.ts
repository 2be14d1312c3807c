/** Reading the body of a request, bounded. */
import type { IncomingMessage } from "node:http";

import type { ByteBudget } from "./byte-budget.js";
import { HttpError } from "./http-error.js";

/** The body of one request. What it holds counts against the budget until {@link release}. */
export class RequestBody {
  readonly #message: IncomingMessage;
  readonly #budget: ByteBudget;
  readonly #onRead: () => void;
  #bytes = 0;

  /** `onRead` is called when the body is about to be read: the moment to answer `Expect: 100-continue`. */
  constructor(message: IncomingMessage, budget: ByteBudget, onRead: () => void) {
    this.#message = message;
    this.#budget = budget;
    this.#onRead = onRead;
  }

  /** Whether the client has announced a body and not sent all of it. */
  get isUnread(): boolean {
    const { headers, complete } = this.#message;
    const isAnnounced =
      headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
    return isAnnounced && !complete;
  }

  /** See `HttpRequest.readBody`. */
  async read(maxBytes: number): Promise<Uint8Array> {
    // Refused before the client has sent anything in vain.
    if (Number(this.#message.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    if (this.#message.destroyed) throw clientGone();
    const chunks: Uint8Array[] = [];
    const ended = new Promise<void>((resolve, reject) => {
      const onEnd = () => settle(resolve);
      const onLost = () => settle(() => reject(clientGone()));
      const onData = (chunk: Uint8Array) => {
        try {
          this.#count(chunk.byteLength, maxBytes);
          chunks.push(chunk);
        } catch (error) {
          settle(() => reject(error));
        }
      };
      const settle = (end: () => void) => {
        this.#message.off("data", onData).off("end", onEnd).off("close", onLost).off("error", onLost);
        end();
      };
      this.#message.on("data", onData).on("end", onEnd).on("close", onLost).on("error", onLost);
    });
    this.#onRead();
    await ended;
    return Buffer.concat(chunks, this.#bytes);
  }

  release(): void {
    this.#budget.release(this.#bytes);
    this.#bytes = 0;
  }

  #count(bytes: number, maxBytes: number): void {
    if (this.#bytes + bytes > maxBytes) throw tooLarge(maxBytes);
    this.#budget.take(bytes);
    this.#bytes += bytes;
  }
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(
    413,
    "STOCKPILE_VALUE_TOO_LARGE",
    `Cannot take body: expected at most ${maxBytes} bytes ("maxBodyBytes")`,
  );
}

/** Nobody will read it: the connection is gone. */
function clientGone(): HttpError {
  return new HttpError(400, "STOCKPILE_REQUEST_INVALID", "Cannot read body: the client went away");
}
