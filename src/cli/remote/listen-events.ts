/** `stockpile listen`: what happens in a running server, as it happens. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import { setTimeout as sleep } from "node:timers/promises";

import { jsonLine } from "../json-text.js";
import { eventLine } from "./event-line.js";
import { checkSuccess } from "./read-answer.js";
import { unreachable } from "./request-server.js";
import type { RemoteOptions } from "./server-option.js";

/** What `listen` is told besides. */
export interface ListenOptions extends RemoteOptions {
  /** After so many events it ends; default: never. */
  readonly count?: number;
}

/** Until the server has answered. */
const CONNECT_MS = 10_000;
/** The server sends a sign of life every 15 s. */
const SILENCE_MS = 45_000;
/** Between two tries to reach a server that is gone; doubled up to the longest. */
const MIN_RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;

/**
 * Prints events until it is stopped. A connection that ends is made again, and what was missed meanwhile comes first.
 * @throws {Error} the server cannot be reached at the beginning, or refuses.
 */
export async function listenEvents(options: ListenOptions): Promise<void> {
  const listening = new Listening(options);
  let stream = await listening.connect();
  while (await listening.print(stream)) {
    process.stderr.write("The connection has ended: connecting again\n");
    // oxlint-disable-next-line no-await-in-loop -- One connection after the other.
    stream = await listening.reconnect();
  }
}

type EventStream = ReadableStream<{
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  readonly data: string;
}>;

/** A sequence of connections, and how far they have come. */
class Listening {
  readonly #options: ListenOptions;
  #lastId: string | undefined;
  #left: number;
  /** Of the current connection. */
  #silence = new SilenceLimit();

  constructor(options: ListenOptions) {
    this.#options = options;
    this.#left = options.count ?? Number.POSITIVE_INFINITY;
  }

  /** @throws {Error} the server cannot be reached, or refuses. */
  async connect(): Promise<EventStream> {
    const { server } = this.#options;
    const url = new URL("/api/events", server);
    const silence = new SilenceLimit();
    this.#silence = silence;
    silence.renew(CONNECT_MS);
    let response: Response;
    try {
      response = await fetch(url, { headers: this.#headers(), signal: silence.signal, redirect: "error" });
    } catch (error) {
      silence.end();
      throw unreachable(server, error, CONNECT_MS);
    }
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    if (!isStream || response.body === null) {
      silence.renew(CONNECT_MS);
      const body = Buffer.from(await response.arrayBuffer());
      silence.end();
      checkSuccess({ url, status: response.status, body });
      throw new Error(`Cannot read the answer of ${url.href}: expected the events of a Stockpile server`);
    }
    return response.body
      .pipeThrough(silence.watch())
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
  }

  /** Tries until the server is there again. */
  async reconnect(): Promise<EventStream> {
    for (let delayMs = MIN_RETRY_MS; ; delayMs = Math.min(delayMs * 2, MAX_RETRY_MS)) {
      // oxlint-disable no-await-in-loop -- One try after the other.
      await sleep(delayMs);
      try {
        return await this.connect();
      } catch {
        // It is not there yet, or has no room yet.
      }
      // oxlint-enable no-await-in-loop
    }
  }

  /** Prints what comes; answers whether there is to be more, as the connection has ended and not the count. */
  async print(stream: EventStream): Promise<boolean> {
    try {
      for await (const { id, event = "message", data } of stream) {
        this.#lastId = id ?? this.#lastId;
        this.#print(event, data, id);
        this.#left -= 1;
        if (this.#left <= 0) return false;
      }
    } catch {
      // The connection was cut, or nothing came for too long: the same as its end.
    } finally {
      this.#silence.end();
    }
    return true;
  }

  #print(type: string, text: string, id: string | undefined): void {
    const data = tryJson(text);
    const line = this.#options.json === true ? jsonLine({ id, type, data }) : eventLine(type, data);
    process.stdout.write(`${line}\n`);
  }

  #headers(): Record<string, string> {
    const accept = { accept: "text/event-stream" };
    return this.#lastId === undefined ? accept : { ...accept, "last-event-id": this.#lastId };
  }
}

/** Ends a connection on which nothing comes. */
class SilenceLimit {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  renew(limitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#controller.abort(new DOMException("silence", "TimeoutError")),
      limitMs,
    );
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** Passes bytes on, each piece of which renews the limit. */
  watch(): TransformStream<Uint8Array, Uint8Array> {
    this.renew(SILENCE_MS);
    return new TransformStream({
      transform: (chunk, controller) => {
        this.renew(SILENCE_MS);
        controller.enqueue(chunk);
      },
    });
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Another server's text, shown as it is.
    return text;
  }
}
