import { clearImmediate, setImmediate, setTimeout } from "node:timers";
import type { LogLine } from "../../contract/protocol.js";
import { LOG_LEVELS } from "./log-levels.js";
import { TokenBucket } from "./token-bucket.js";

/** Lines waiting at most: what a start-up logs at once, five times over. No frame holds more. */
export const MAX_WAITING_LINES = 1000;
/** Bytes waiting at most, two per character; a single line may exceed it. Keeps a frame's decoding to a few ms. */
export const MAX_WAITING_BYTES: number = 1024 * 1024;
/** Lines that may come at once: generous for a start-up or an incident, seconds of it for a loop. */
export const BURST_LINES = 1000;
/** Lines per second that may come for ever: far above any sensible log, and nothing to the host. */
export const LINES_PER_SECOND = 200;
/** A line costs one token per so many characters it has begun, so that long lines are limited as their bytes are. */
export const CHARACTERS_PER_TOKEN = 1024;
/** Share of all bounds open to lines below `error`: a flood of them must not cost the errors. */
const COMMON_SHARE = 0.9;
/** How long a count of dropped lines waits for a line to travel with, in ms. */
const DROPPED_DELAY_MS = 1000;

/** Time as the outbox needs it. */
export interface OutboxClock {
  /** Milliseconds since some fixed point; never goes back. */
  monotonic(): number;
  /** Runs `callback` once after `delayMs`, without keeping the thread alive; returns its cancellation. */
  schedule(callback: () => void, delayMs: number): () => void;
}

export interface LogOutboxOptions {
  /** Default: the thread's own. */
  readonly clock?: OutboxClock;
}

/** Posts a frame: lines in order, and how many were dropped since the last one. Settles when the host has it. */
export type SendLines = (lines: readonly LogLine[], dropped: number) => Promise<unknown>;

/**
 * Where a plugin's log lines wait for the port. The lines of one turn of the event loop travel in one frame, and the
 * next frame goes when the host has taken the last, so that a flood fills neither the port nor this thread: what is
 * beyond the bounds above is dropped and counted, and the count travels with the next frame. Nothing here throws.
 */
export class LogOutbox {
  readonly #send: SendLines;
  readonly #clock: OutboxClock;
  readonly #bucket: TokenBucket;
  #lines: LogLine[] = [];
  #bytes = 0;
  #dropped = 0;
  #framesUnderWay = 0;
  #turnEnd: NodeJS.Immediate | undefined;
  #cancelReport: (() => void) | undefined;

  constructor(send: SendLines, options: LogOutboxOptions = {}) {
    this.#send = send;
    this.#clock = options.clock ?? threadClock;
    this.#bucket = new TokenBucket({
      capacity: BURST_LINES,
      tokensPerSecond: LINES_PER_SECOND,
      monotonic: () => this.#clock.monotonic(),
    });
  }

  /** Whether a line of this level would be taken now. Ask before the work of making one. */
  accepts(level: number): boolean {
    const share = level >= LOG_LEVELS.error ? 1 : COMMON_SHARE;
    return (
      this.#lines.length < MAX_WAITING_LINES * share &&
      this.#bytes < MAX_WAITING_BYTES * share &&
      this.#bucket.holds(1 + BURST_LINES * (1 - share))
    );
  }

  /** Takes the line, or drops and counts it. */
  add(line: LogLine): void {
    if (!this.accepts(line.level)) {
      this.drop();
      return;
    }
    const characters = line.message.length + (line.fields?.length ?? 0);
    this.#bucket.take(1 + Math.floor(characters / CHARACTERS_PER_TOKEN));
    this.#bytes += characters * 2;
    this.#lines.push(line);
    this.#arrange();
  }

  /** Counts a line that was not made, because {@link accepts} said no. */
  drop(): void {
    this.#dropped += 1;
    this.#arrange();
  }

  /** Posts what is there now, whatever is under way: for a thread about to end. */
  flush(): void {
    this.#post();
  }

  #arrange(): void {
    if (this.#framesUnderWay > 0) return;
    if (this.#lines.length > 0) this.#turnEnd ??= setImmediate(() => this.#post());
    else if (this.#dropped > 0) {
      this.#cancelReport ??= this.#clock.schedule(() => this.#post(), DROPPED_DELAY_MS);
    }
  }

  #post(): void {
    clearImmediate(this.#turnEnd);
    this.#cancelReport?.();
    this.#turnEnd = undefined;
    this.#cancelReport = undefined;
    const lines = this.#lines;
    const dropped = this.#dropped;
    const count = lines.length + dropped;
    if (count === 0) return;
    this.#lines = [];
    this.#bytes = 0;
    this.#dropped = 0;
    this.#framesUnderWay += 1;
    // A frame the host did not take is not sent again, which could double its lines: it counts as dropped.
    void attempt(() => this.#send(lines, dropped)).then(
      () => this.#settled(0),
      () => this.#settled(count),
    );
  }

  #settled(lost: number): void {
    this.#framesUnderWay -= 1;
    this.#dropped += lost;
    this.#arrange();
  }
}

/** Calls at once; an exception becomes a rejection. */
function attempt(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return Promise.resolve(call());
  } catch (error) {
    return Promise.reject(error);
  }
}

const threadClock: OutboxClock = {
  monotonic: () => performance.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
