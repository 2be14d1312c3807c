/** Sends events to all who listen; nobody waits for one of them who does not take his. */
import type { Cancel, Clock } from "../../host/main.js";

/** One who listens. */
export interface EventSink {
  /** Sends him an event, and calls `onTaken` once there is room for another. */
  write(event: Buffer, onTaken: () => void): void;
  /** He is to hear no more. */
  end(reason: BroadcastEnd): void;
}

/**
 * - `behind`: so many events came while he took none that the next one for him is not kept any more.
 * - `stalled`: he has not taken one for too long.
 * - `closed`: the broadcast is.
 */
export type BroadcastEnd = "behind" | "stalled" | "closed";

export interface EventBroadcastOptions {
  readonly clock: Clock;
  /** The most events, and bytes of them, that are kept for those who are slower than others. */
  readonly maxEvents: number;
  readonly maxBytes: number;
  /** How long one who listens may take for an event. */
  readonly stallMs: number;
}

interface Listener {
  readonly sink: EventSink;
  /** The number of the event that is next for him. */
  next: number;
  /** Keeps him from being ended; `undefined`: he has taken all that was sent to him. */
  stall: Cancel | undefined;
}

/** How long to send before the event loop has its turn: a thousand who listen take some ten ms for each event. */
const SLICE_MS = 5;

/**
 * Events are kept once for all, in the order they came, and each listener has a place in that order: what they cost does
 * not grow with the number of those who are slow.
 */
export class EventBroadcast {
  readonly #options: EventBroadcastOptions;
  readonly #listeners = new Set<Listener>();
  /** Those who can take an event and for whom there is one, in the order of their turns. */
  readonly #ready = new Set<Listener>();
  #events: Buffer[] = [];
  #bytes = 0;
  /** The number of the first event that is kept. */
  #first = 0;
  #isSending = false;

  constructor(options: EventBroadcastOptions) {
    this.#options = options;
  }

  /** How many listen. */
  get size(): number {
    return this.#listeners.size;
  }

  /** Sends an event to all who listen now. */
  publish(event: Buffer): void {
    if (this.#listeners.size === 0) return;
    this.#events.push(event);
    this.#bytes += event.byteLength;
    this.#trim();
    for (const listener of this.#listeners) {
      if (listener.next < this.#first) this.#end(listener, "behind");
      else if (listener.stall === undefined) this.#ready.add(listener);
    }
    this.#send();
  }

  /**
   * Has `sink` hear of events from now on.
   * @returns what takes him off; harmless when he has been ended already.
   */
  listen(sink: EventSink): () => void {
    const listener: Listener = { sink, next: this.#first + this.#events.length, stall: undefined };
    this.#listeners.add(listener);
    return () => this.#forget(listener);
  }

  /** Ends all who listen. */
  close(): void {
    for (const listener of this.#listeners) this.#end(listener, "closed");
  }

  /** The newest stays, however large it is. */
  #trim(): void {
    const { maxEvents, maxBytes } = this.#options;
    const isTooMuch = (kept: number): boolean => kept > maxEvents || (kept > 1 && this.#bytes > maxBytes);
    let count = 0;
    while (isTooMuch(this.#events.length - count)) {
      this.#bytes -= this.#events[count]?.byteLength ?? 0;
      count += 1;
    }
    if (count > 0) this.#events = this.#events.slice(count);
    this.#first += count;
  }

  #send(): void {
    if (this.#isSending || this.#ready.size === 0) return;
    this.#isSending = true;
    setImmediate(() => this.#sendSlice());
  }

  /** Gives each his next event in turn, for as long as a slice lasts. */
  #sendSlice(): void {
    this.#isSending = false;
    const until = performance.now() + SLICE_MS;
    for (const listener of this.#ready) {
      this.#ready.delete(listener);
      this.#sendNext(listener);
      if (performance.now() >= until) break;
    }
    this.#send();
  }

  #sendNext(listener: Listener): void {
    const event = this.#events[listener.next - this.#first];
    if (event === undefined) return;
    listener.next += 1;
    const { clock, stallMs } = this.#options;
    listener.stall = clock.schedule(() => this.#end(listener, "stalled"), stallMs);
    listener.sink.write(event, () => this.#take(listener));
  }

  /** He has taken what was sent to him; should there be more, he is the last in turn. */
  #take(listener: Listener): void {
    listener.stall?.();
    listener.stall = undefined;
    if (!this.#listeners.has(listener) || listener.next >= this.#first + this.#events.length) return;
    this.#ready.add(listener);
    this.#send();
  }

  #end(listener: Listener, reason: BroadcastEnd): void {
    this.#forget(listener);
    listener.sink.end(reason);
  }

  #forget(listener: Listener): void {
    listener.stall?.();
    this.#listeners.delete(listener);
    this.#ready.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#first += this.#events.length;
    this.#events = [];
    this.#bytes = 0;
  }
}
