import type { CategorySettings } from "../category-settings.js";
import type { EntryCoder } from "../entry-coder.js";
import { heldUp, queueFull } from "./write-errors.js";
import { bytesOf, newWrite, type Write } from "./write.js";

/** Hears of what becomes of writes. */
export interface WriteListener {
  /** A value that this process may hold was rejected: it must not go on answering with it. */
  readonly onRejected: (key: string, version: number) => void;
  /** Something failed that no caller could be told of. */
  readonly onQuietFailure: (operation: "fill" | "write", key: string, error: unknown) => void;
}

/** What `onWriteError` and the bounds of the queue mean for a write and for those who wait for it. */
export class WritePolicy<T> {
  readonly #settings: CategorySettings<T>;
  readonly #coder: EntryCoder<T>;
  readonly #listener: WriteListener;
  #closedBy: ((cause: unknown) => unknown) | undefined;

  constructor(settings: CategorySettings<T>, coder: EntryCoder<T>, listener: WriteListener) {
    this.#settings = settings;
    this.#coder = coder;
    this.#listener = listener;
  }

  /** Whether a write that failed is kept to be tried again. A delete is, unless its caller is told that it failed. */
  keepsTrying({ change, isFill, isOwed }: Write<T>): boolean {
    const { onWriteError } = this.#settings;
    if (isOwed || isFill) return isOwed;
    return onWriteError === "queue" || (onWriteError === "ignore" && change.kind !== "put");
  }

  /**
   * `newer` is to be done after a write that is not done, or instead of it: it takes over what that one owes.
   */
  inherit(older: Write<T>, newer: Write<T>): void {
    if (!this.keepsTrying(older)) return;
    this.#fold(older, newer);
    newer.isOwed = true;
  }

  /**
   * `newer` takes the place of a write that has not begun, and those who wait for it. What a loader brought does so
   * only where there is room for it: it must not cost a write that is owed.
   * @returns whether it has.
   */
  replace(older: Write<T>, newer: Write<T>): boolean {
    const { queue } = this.#settings;
    const isCounted = older.countedBytes !== undefined;
    if (newer.isFill && !queue.fits(isCounted ? 0 : 1, bytesOf(newer) - (older.countedBytes ?? 0))) {
      this.refuse(newer, undefined);
      return false;
    }
    this.drop(older);
    this.inherit(older, newer);
    this.#fold(older, newer);
    newer.waiters.unshift(...takeWaiters(older));
    return true;
  }

  /** Counts a write among those that wait; answers whether there is room for it. */
  admit(write: Write<T>): boolean {
    if (write.countedBytes !== undefined) return true;
    const bytes = bytesOf(write);
    if (!this.#settings.queue.admit(bytes)) return false;
    write.countedBytes = bytes;
    return true;
  }

  /** A write is over, or never begins. */
  drop(write: Write<T>): void {
    if (write.countedBytes === undefined) return;
    this.#settings.queue.release(write.countedBytes);
    write.countedBytes = undefined;
    if (!write.isHeld) return;
    write.isHeld = false;
    this.#settings.queue.letGo();
  }

  /** A write will be tried, but not soon: its callers are told so, or that it has failed, where they want to know. */
  accept(write: Write<T>, cause: unknown): void {
    const isThrown = this.#settings.onWriteError === "throw";
    if (this.#closedBy === undefined && this.keepsTrying(write)) this.#hold(write);
    for (const { resolve, reject } of takeWaiters(write)) {
      const error = this.#closedBy?.(cause) ?? (isThrown ? heldUp(this.#settings, write, cause) : undefined);
      if (error === undefined) resolve();
      else reject(error);
    }
  }

  /** A write has failed, and is not tried again: something newer takes its place, or nothing does. */
  fail(write: Write<T>, error: unknown, isReplaced: boolean): void {
    const isThrown = this.#settings.onWriteError === "throw";
    if (write.isFill) this.#listener.onQuietFailure("fill", write.key, error);
    else if (isThrown && !isReplaced) this.#listener.onRejected(write.key, write.version);
    for (const { resolve, reject } of takeWaiters(write)) {
      const reason = this.#closedBy?.(error) ?? (isThrown ? error : undefined);
      if (reason === undefined) resolve();
      else reject(reason);
    }
  }

  /**
   * There is no room for a write among those that wait. An older value must not stay in the backend for other
   * processes, so its removal is kept in its place where there is room for that.
   * @returns the removal.
   */
  refuse(write: Write<T>, cause: unknown): Write<T> | undefined {
    this.drop(write);
    const error = queueFull(this.#settings, write, cause);
    const waiters = takeWaiters(write);
    if (write.isFill && !write.isOwed && waiters.length === 0) {
      this.#listener.onQuietFailure("fill", write.key, error);
      return undefined;
    }
    this.#settings.queue.refuse();
    const isIgnored = this.#settings.onWriteError === "ignore" && write.change.kind === "put";
    if (waiters.length === 0) this.#listener.onQuietFailure("write", write.key, error);
    if (!isIgnored) this.#listener.onRejected(write.key, write.version);
    for (const { resolve, reject } of waiters) {
      if (isIgnored) resolve();
      else reject(this.#closedBy?.(error) ?? error);
    }
    const removal = newWrite<T>(write.key, { kind: "purge" }, write.version, false);
    if (!this.admit(removal)) return undefined;
    this.#hold(removal);
    return removal;
  }

  /** A write has to wait for the backend to take it. */
  #hold(write: Write<T>): void {
    write.isOwed = true;
    if (write.isHeld || write.countedBytes === undefined) return;
    write.isHeld = true;
    this.#settings.queue.hold();
  }

  /** What is to be written and then to expire is written as expired: that is as much to be done as the expiring is. */
  #fold({ key, change }: Write<T>, newer: Write<T>): void {
    if (newer.change.kind !== "expire" || change.kind === "expire") return;
    newer.isOwed = this.keepsTrying(newer);
    const sealed =
      change.kind === "put" ? this.#coder.sealExpired(key, change.entry, newer.version) : undefined;
    newer.change = sealed === undefined ? change : { kind: "put", ...sealed };
  }

  /** From now on nobody is told that a write will be done. */
  end(closedBy: (cause: unknown) => unknown): void {
    this.#closedBy = closedBy;
  }
}

/** Nobody is told twice. */
function takeWaiters<T>(write: Write<T>): Write<T>["waiters"] {
  const { waiters } = write;
  write.waiters = [];
  return waiters;
}
