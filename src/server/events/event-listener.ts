/** One client that listens to events, and what is kept for it while it does not read. */
import type { ServerResponse } from "node:http";

import type { Cancel, Clock } from "../../host/main.js";
import { whenOver } from "../when-over.js";

/** What an {@link EventListener} works with. */
export interface EventListenerOptions {
  readonly clock: Clock;
  /** Told once, when it is over: because the client has left, was dropped, or the server ends. */
  readonly onEnd: () => void;
  /** Told before that of a client that is dropped. */
  readonly onDrop: (reason: string) => void;
}

/**
 * Characters that wait for one client: more than happens in one turn of the event loop, so that a client that reads is
 * never dropped. Texts are shared, so that many clients that wait cost little more than one.
 */
const MAX_WAITING_CHARACTERS = 1_048_576;
/** How long a client may take nothing: longer than any network pauses that goes on afterwards. */
const MAX_STALL_MS = 30_000;
/** How long a client that is dropped has to read why. */
const NOTE_MS = 5_000;

/**
 * Writes to a response for as long as the client reads. What it does not take waits here, within a bound, and costs
 * little: the texts are the same for all listeners. A client over the bound, or one that has taken nothing for too long,
 * is dropped: what waits is given up, and it is told so should it read again.
 */
export class EventListener {
  readonly #reply: ServerResponse;
  readonly #options: EventListenerOptions;
  #waiting: string[] = [];
  #waitingCharacters = 0;
  /** When the client has stopped taking what it is sent, monotonic; `undefined`: it reads. */
  #stalledAtMs: number | undefined;
  #isEnding = false;
  #cancelNote: Cancel | undefined;

  /** @param reply its headers are set and not sent. */
  constructor(reply: ServerResponse, options: EventListenerOptions) {
    this.#reply = reply;
    this.#options = options;
    reply.on("drain", () => this.#goOn());
    // A client that resets its connection: "close" follows.
    reply.on("error", () => {});
    whenOver(reply, () => {
      this.#cancelNote?.();
      this.#giveUpWaiting();
      this.#isEnding = true;
      options.onEnd();
    });
    reply.flushHeaders();
  }

  /** Sends text, now or once the client reads again. */
  send(text: string): void {
    if (this.#isEnding) return;
    if (this.#stalledAtMs === undefined) {
      this.#write(text);
      return;
    }
    this.#waiting.push(text);
    this.#waitingCharacters += text.length;
    if (this.#waitingCharacters > MAX_WAITING_CHARACTERS) this.#drop("too much waited for it");
  }

  /** Drops the client if it has taken nothing for too long, else sends it a sign of life. */
  beat(): void {
    if (this.#isEnding) return;
    const stalledMs =
      this.#stalledAtMs === undefined ? 0 : this.#options.clock.monotonic() - this.#stalledAtMs;
    if (stalledMs >= MAX_STALL_MS) this.#drop("it has taken nothing for too long");
    else if (this.#stalledAtMs === undefined) this.#write(":\n\n");
  }

  /** Ends the response: in order where the client reads, at once where it does not. */
  close(): void {
    this.#isEnding = true;
    this.#giveUpWaiting();
    if (this.#stalledAtMs === undefined) this.#reply.end();
    else this.#reply.destroy();
  }

  #write(text: string): void {
    if (!this.#reply.write(text)) this.#stalledAtMs = this.#options.clock.monotonic();
  }

  /** The client has taken all that had been written. */
  #goOn(): void {
    this.#stalledAtMs = undefined;
    // In one piece: what is written only to wait in the response counts for nobody.
    const text = this.#waiting.join("");
    this.#giveUpWaiting();
    if (this.#isEnding) this.#reply.end(text);
    else if (text !== "") this.#write(text);
  }

  #drop(reason: string): void {
    this.#isEnding = true;
    this.#giveUpWaiting();
    this.#waiting = [`event: dropped\ndata: ${JSON.stringify({ reason })}\n\n`];
    this.#options.onDrop(reason);
    this.#cancelNote = this.#options.clock.schedule(() => this.#reply.destroy(), NOTE_MS);
  }

  #giveUpWaiting(): void {
    this.#waiting = [];
    this.#waitingCharacters = 0;
  }
}
