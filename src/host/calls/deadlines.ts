/**
 * Deadlines without a timer each: one sweep every 10 ms over a hashed timing wheel.
 *
 * The wheel is scheme 6 of G. Varghese and T. Lauck, "Hashed and Hierarchical Timing Wheels" (SOSP 1987): a deadline
 * hangs in the slot its due tick hashes to, in a doubly linked list, so adding and cancelling cost the same however
 * many there are. A sweep visits the slots passed since the sweep before and leaves what is due in a later turn of
 * the wheel. No deadline expires early: the due tick is the first one that begins after the due time.
 */
import { ClosedError } from "../../contract/errors.js";
import type { Cancel, Clock } from "../clock.js";

/** Time between sweeps, in ms. A deadline expires at most two of these late, on a loop that is not blocked. */
const TICK_MS = 10;
/** A power of two. One turn takes 5.12 s, so that usual call limits are visited once. */
const SLOT_COUNT = 512;
/** A sweep this much late, in ms, says that the loop was blocked and that results may be waiting unread. */
const BLOCKED_LOOP_MS = 50;

/** A deadline that was added. */
export interface Deadline {
  /** Forgets the deadline; harmless when it has expired or was cancelled already. */
  cancel(): void;
}

/** All deadlines of a host. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #wheel = new Wheel();
  /** When the sweep that is scheduled should run, monotonic. */
  #sweepAtMs = 0;
  #isSweeping = false;
  #isClosed = false;
  #cancelTimer: Cancel | undefined;
  #deferred: NodeJS.Immediate | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs `onExpire` once, `afterMs` from now or up to about 20 ms later, unless cancelled.
   * @param afterMs Anything not above 0 expires at the next sweep; `Infinity` never does.
   * @param onExpire Must not throw. If it does, the other deadlines still expire and the error surfaces as an
   * uncaught exception.
   * @param nowMs What the clock says, for whoever has just asked it.
   * @throws {ClosedError} after `close()`.
   */
  add(afterMs: number, onExpire: () => void, nowMs: number = this.#clock.monotonic()): Deadline {
    if (this.#isClosed) throw new ClosedError("Cannot add deadline: the deadlines are closed");
    if (!this.#isSweeping) {
      this.#isSweeping = true;
      this.#wheel.advanceTo(tickOf(nowMs));
      this.#schedule(nowMs);
    }
    return this.#wheel.add(tickOf(nowMs + (afterMs > 0 ? afterMs : 0)) + 1, onExpire);
  }

  /** Forgets every deadline without running it. Whoever closes has settled what they guarded. */
  close(): void {
    this.#isClosed = true;
    this.#wheel.clear();
    this.#cancelTimer?.();
    clearImmediate(this.#deferred);
  }

  #schedule(nowMs: number): void {
    this.#sweepAtMs = nowMs + TICK_MS;
    this.#cancelTimer = this.#clock.schedule(this.#sweep, TICK_MS);
  }

  /**
   * After a blocked loop, results may wait in a port's queue that came in time. The loop reads ports before it runs
   * immediates, so one turn is enough to have them delivered, and their deadlines cancelled.
   */
  readonly #sweep = (): void => {
    const nowMs = this.#clock.monotonic();
    if (nowMs - this.#sweepAtMs > BLOCKED_LOOP_MS) {
      this.#deferred = setImmediate(() => this.#expireUpTo(nowMs));
    } else {
      this.#expireUpTo(nowMs);
    }
  };

  /**
   * The sweep goes on while anything is pending. It ends here and not in `cancel()`, because a host that makes one
   * call after the other would set and clear a timer for each: an idle host keeps its last one for at most a tick.
   */
  #expireUpTo(nowMs: number): void {
    for (const entry of this.#wheel.takeUpTo(tickOf(nowMs))) {
      if (this.#isClosed) break;
      expire(entry);
    }
    if (this.#isClosed) return;
    if (this.#wheel.size > 0) this.#schedule(nowMs);
    else this.#isSweeping = false;
  }
}

/** The tick that `ms` lies in. Rounding is monotonic, so a later tick is always a later time. */
function tickOf(ms: number): number {
  return Math.floor(ms / TICK_MS);
}

/** Runs what a due entry is for, unless another one's `onExpire` has just cancelled it. */
function expire(entry: WheelEntry): void {
  const { onExpire } = entry;
  entry.onExpire = undefined;
  try {
    onExpire?.();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** The slots. Each is a circular list whose head never expires. */
class Wheel {
  size = 0;
  readonly #slots: WheelEntry[] = Array.from({ length: SLOT_COUNT }, () => new WheelEntry(this, Infinity));
  /** The last tick whose entries were taken. */
  #tick = 0;

  add(dueTick: number, onExpire: () => void): WheelEntry {
    const entry = new WheelEntry(this, dueTick, onExpire);
    entry.linkBefore(this.#slot(dueTick));
    this.size += 1;
    return entry;
  }

  /** Skips ticks; for an empty wheel. */
  advanceTo(tick: number): void {
    this.#tick = tick;
  }

  /** Takes out what is due at `tick` or before. */
  takeUpTo(tick: number): WheelEntry[] {
    const due: WheelEntry[] = [];
    // After a whole turn every slot has been visited.
    for (let visited = Math.max(this.#tick + 1, tick - SLOT_COUNT + 1); visited <= tick; visited += 1) {
      const head = this.#slot(visited);
      for (let entry = head.next; entry !== head; entry = entry.next) {
        if (entry.dueTick <= tick) due.push(entry);
      }
    }
    for (const entry of due) entry.unlink();
    this.#tick = tick;
    return due;
  }

  clear(): void {
    for (const head of this.#slots) {
      while (head.next !== head) head.next.cancel();
    }
  }

  #slot(tick: number): WheelEntry {
    // The mask keeps the index within the array; an infinite tick hashes to 0 and is never due.
    return this.#slots[tick & (SLOT_COUNT - 1)]!;
  }
}

/** A deadline in its slot, or the head of a slot. */
class WheelEntry implements Deadline {
  next: WheelEntry = this;
  onExpire: (() => void) | undefined;
  readonly dueTick: number;
  readonly #wheel: Wheel;
  #previous: WheelEntry = this;

  constructor(wheel: Wheel, dueTick: number, onExpire?: () => void) {
    this.#wheel = wheel;
    this.dueTick = dueTick;
    this.onExpire = onExpire;
  }

  cancel(): void {
    this.onExpire = undefined;
    if (this.next !== this) this.unlink();
  }

  linkBefore(head: WheelEntry): void {
    const last = head.#previous;
    this.#previous = last;
    this.next = head;
    last.next = this;
    head.#previous = this;
  }

  unlink(): void {
    this.#previous.next = this.next;
    this.next.#previous = this.#previous;
    this.next = this;
    this.#previous = this;
    this.#wheel.size -= 1;
  }
}
