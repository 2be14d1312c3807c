import { TransientMap } from "../transient-map.js";

/** One who waits for a write. */
interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** One write to the backend. */
interface Write {
  readonly send: () => Promise<void>;
  /** A loaded value on its way to the backend: dropped rather than put in the way of a set or delete. */
  readonly isFill: boolean;
  readonly waiters: Waiter[];
}

/** The writes of one key: one under way, one waiting at most. */
interface Lane {
  current: Write;
  waiting: Write | undefined;
}

/**
 * Writes key by key. One write of a key is under way at a time, and a newer one replaces the one that waits, so that
 * the backend ends with the newest value and no key costs more than two. A lane exists while a write is under way.
 */
export class WriteLanes {
  readonly #lanes = new TransientMap<string, Lane>();
  readonly #onWritten: (key: string) => void;

  /** @param onWritten Called when a set or delete has ended, well or not, before its callers are told. */
  constructor(onWritten: (key: string) => void) {
    this.#onWritten = onWritten;
  }

  /**
   * Writes in order. Settles as the backend does; a write that was replaced while it waited, as its replacement.
   * @param send Makes the call; what it throws is a rejection.
   */
  write(key: string, send: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const replaced = this.#lanes.get(key)?.waiting;
      const waiters = replaced === undefined || replaced.isFill ? [] : replaced.waiters;
      waiters.push({ resolve, reject });
      this.#add(key, { send, isFill: false, waiters });
    });
  }

  /**
   * Writes a loaded value, unless a set or delete is under way or waiting: that one is newer, whatever it ends with.
   * @param onFailure Called with what the backend rejects with.
   */
  fill(key: string, send: () => Promise<void>, onFailure: (reason: unknown) => void): void {
    const lane = this.#lanes.get(key);
    const isTooLate = lane !== undefined && !(lane.current.isFill && lane.waiting?.isFill !== false);
    if (!isTooLate)
      this.#add(key, { send, isFill: true, waiters: [{ resolve: () => {}, reject: onFailure }] });
  }

  #add(key: string, write: Write): void {
    const lane = this.#lanes.get(key);
    if (lane !== undefined) {
      lane.waiting = write;
      return;
    }
    const opened: Lane = { current: write, waiting: undefined };
    this.#lanes.set(key, opened);
    this.#send(key, opened);
  }

  #send(key: string, lane: Lane): void {
    const { current } = lane;
    new Promise<void>((resolve) => {
      resolve(current.send());
    }).then(
      () => this.#ended(key, lane, ({ resolve }) => resolve()),
      (error: unknown) => this.#ended(key, lane, ({ reject }) => reject(error)),
    );
  }

  #ended(key: string, lane: Lane, settle: (waiter: Waiter) => void): void {
    const { isFill, waiters } = lane.current;
    if (!isFill) this.#onWritten(key);
    if (lane.waiting === undefined) {
      this.#lanes.delete(key);
    } else {
      lane.current = lane.waiting;
      lane.waiting = undefined;
      this.#send(key, lane);
    }
    for (const waiter of waiters) settle(waiter);
  }
}
