/** `/api/events`: what happens, as server-sent events to any number of clients within a limit. */
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context } from "hono";
import type { Logger } from "pino";

import type { Cancel, Clock } from "../../host/main.js";
import { HttpError } from "../http-error.js";
import type { ServerEnv } from "../server-env.js";
import type { EventFeed } from "./event-feed.js";
import { EventListener } from "./event-listener.js";
import type { FeedEvent } from "./feed-event.js";

/** What {@link EventStreams} works with. */
export interface EventStreamsOptions {
  readonly feed: EventFeed;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Clients that may listen at once. */
  readonly maxListeners: number;
}

/** Sent where nothing happens: shorter than proxies take a silent connection for a dead one, 60 s by custom. */
const BEAT_MS = 15_000;
/** When a client whose connection has ended is to come back: soon enough to miss nothing that is remembered. */
const RETRY_MS = 2_000;

/** Sends every event to every client that listens. No client delays another, or whoever the event comes from. */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #listeners = new Set<EventListener>();
  readonly #stop: () => void;
  #cancelBeat: Cancel | undefined;
  #isClosed = false;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
    this.#stop = options.feed.subscribe((event) => {
      const text = format(event);
      for (const listener of this.#listeners) listener.send(text);
    });
  }

  /** How many clients listen. */
  get count(): number {
    return this.#listeners.size;
  }

  /**
   * 200 with events until the client leaves. It is first sent what it has missed since `Last-Event-ID`.
   * @throws {HttpError} 503: as many listen as may.
   */
  serve(c: Context<ServerEnv>): Response {
    const headers = { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" };
    const response = c.body(null, 200, headers);
    if (c.req.method === "HEAD") return response;
    this.#checkRoom();
    const reply = c.env.outgoing;
    // Hono's own streams wait for each client in turn; here nobody is waited for.
    for (const [name, value] of response.headers) reply.setHeader(name, value);
    const listener = new EventListener(reply, {
      clock: this.#options.clock,
      onEnd: () => this.#remove(listener),
      onDrop: (reason) =>
        this.#options.logger.warn(
          { remoteAddress: c.env.incoming.socket.remoteAddress, reason },
          "Dropped a listener of events that does not read",
        ),
    });
    this.#add(listener);
    listener.send(`retry: ${RETRY_MS}\n\n${this.#missed(c.req.header("last-event-id"))}`);
    return RESPONSE_ALREADY_SENT;
  }

  /** Ends all streams; further ones end at once. */
  close(): void {
    this.#isClosed = true;
    this.#stop();
    for (const listener of this.#listeners) listener.close();
  }

  #checkRoom(): void {
    const { maxListeners } = this.#options;
    if (this.#isClosed) throw new HttpError(503, "STOCKPILE_CLOSED", "Cannot listen: the server is stopping");
    if (this.#listeners.size < maxListeners) return;
    throw new HttpError(
      503,
      "STOCKPILE_LISTENER_LIMIT",
      `Cannot listen: expected at most ${maxListeners} listeners at once ("maxEventListeners")`,
    );
  }

  #missed(lastId: string | undefined): string {
    if (lastId === undefined || lastId === "") return "";
    const { events, isWhole } = this.#options.feed.since(lastId);
    // Whoever comes back after too long, or to another process, has to look at how things are now.
    return `${isWhole ? "" : "event: missed\ndata: {}\n\n"}${events.map(format).join("")}`;
  }

  #add(listener: EventListener): void {
    this.#listeners.add(listener);
    this.#cancelBeat ??= this.#options.clock.schedule(() => this.#beat(), BEAT_MS);
  }

  #remove(listener: EventListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#cancelBeat?.();
    this.#cancelBeat = undefined;
  }

  #beat(): void {
    this.#cancelBeat = this.#options.clock.schedule(() => this.#beat(), BEAT_MS);
    for (const listener of this.#listeners) listener.beat();
  }
}

/** JSON has no line breaks, which would end the field. */
function format({ id, type, data }: FeedEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
