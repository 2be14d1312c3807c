/** What the frames of one channel cost the host: how many there are, how large, and how long they take. */
import type { FrameToll } from "../../contract/frame-reader.js";
import type { Clock } from "../clock.js";
import { FloodGauge } from "./flood-gauge.js";
import { LoopShare } from "./loop-share.js";

/** Bytes of a message that count as another frame: with them, 80 MB at once and 800 MB a second. Values are not counted. */
const UNIT_BYTES = 4096;

/**
 * The most that one frame is taken to cost, in ms, and for each byte of its message: a host that was stopped or had no
 * processor meanwhile blames nobody for that. A byte of the costliest takes two thirds of it, and the largest frame,
 * of 4 MiB, is below what may be owed: no frame ends a life by itself.
 */
const MAX_FRAME_MS = 50;
const MAX_BYTE_MS = 0.0004;

const FLOOD = "it floods its port with frames";

export class FrameMeter implements FrameToll {
  readonly #clock: Clock;
  readonly #gauge: FloodGauge;
  readonly #share: LoopShare;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#gauge = new FloodGauge(clock);
    this.#share = new LoopShare(clock.monotonic());
  }

  /**
   * Counts a frame of which nothing is known before it is delivered, and how long that takes. The clock is read twice:
   * a lone call waits for this.
   * @returns why nothing more is taken, as the end of a sentence.
   */
  take(deliver: () => void): string | undefined {
    const now = this.#clock.monotonic();
    if (this.#gauge.isFlooded(1, now)) return FLOOD;
    this.#timeFrom(now, 0, deliver);
    return this.refusal();
  }

  /** Counts a frame, before anything is done with it. */
  admit(messageBytes: number): string | undefined {
    const frames = 1 + Math.floor(messageBytes / UNIT_BYTES);
    return this.#gauge.isFlooded(frames) ? FLOOD : undefined;
  }

  /** Does what a frame is there for, and counts how long it takes. */
  time<Result>(messageBytes: number, work: () => Result): Result {
    return this.#timeFrom(this.#clock.monotonic(), messageBytes, work);
  }

  /** Told by what is being timed of the results that a frame claims to bring: one that answers no call ends the life. */
  answer(results: number): void {
    this.#share.answer(results);
  }

  refusal(): string | undefined {
    return this.#share.isOverdrawn ? "its frames hold up the host's loop" : undefined;
  }

  #timeFrom<Result>(startedAt: number, messageBytes: number, work: () => Result): Result {
    try {
      return work();
    } finally {
      const now = this.#clock.monotonic();
      const spentMs = now - startedAt;
      this.#gauge.exclude(spentMs);
      this.#share.spend(Math.min(spentMs, MAX_FRAME_MS + messageBytes * MAX_BYTE_MS), now);
    }
  }
}
