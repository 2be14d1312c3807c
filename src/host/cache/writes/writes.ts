/**
 * The writes of a category, from where they are made to where the backend has acknowledged them.
 *
 * - Each key that is being written has a lane: one write under way at a time, and one that waits, which newer ones
 *   replace. So the backend ends with the newest, and no key costs more than two.
 * - A write whose deadline has passed may still be done. Its lane is unsettled until it is known whether it was, and
 *   sends nothing meanwhile: what is newer is written after it, not before.
 * - A write that failed is dropped, or kept to be tried again: that is for `onWriteError` to say, but deletes are only
 *   dropped where their callers are told, and loaded values always. Writes that are kept, or wait, are counted in the
 *   queue's budget. What is dropped leaves its version behind as the least that may be returned: see `LeastVersions`.
 */
import { BackendTimeoutError } from "../../../contract/errors.js";
import type { BackendHandle } from "../../calls/backend-handle.js";
import type { CategorySettings } from "../category-settings.js";
import type { EntryCoder } from "../entry-coder.js";
import { ClearBarrier } from "./clear-barrier.js";
import { clearBackend } from "./clear-backend.js";
import { Clears } from "./clears.js";
import { Lanes } from "./lanes.js";
import type { LeastVersions } from "./least-versions.js";
import { Replay } from "./replay.js";
import { heldUp } from "./write-errors.js";
import { WriteNotSent } from "./write-not-sent.js";
import { WritePolicy, type WriteListener } from "./write-policy.js";
import { WriteSender } from "./write-sender.js";
import { newWrite, type Change, type Lane, type Waiter, type Write } from "./write.js";

export class Writes<T> {
  readonly #backend: BackendHandle;
  readonly #leasts: LeastVersions;
  readonly #policy: WritePolicy<T>;
  readonly #sender: WriteSender<T>;
  readonly #clears: Clears;
  readonly #replay: Replay<Lane<T> | ClearBarrier>;
  readonly #lanes: Lanes<T>;
  /** Writes under way, unsettled ones included. */
  #underWay = 0;
  #isEnded = false;

  constructor(
    settings: CategorySettings<T>,
    coder: EntryCoder<T>,
    leasts: LeastVersions,
    listener: WriteListener,
  ) {
    const { backend, clock, name, queue } = settings;
    this.#backend = backend;
    this.#leasts = leasts;
    this.#lanes = new Lanes(leasts);
    this.#policy = new WritePolicy(settings, coder, listener);
    this.#sender = new WriteSender(settings, coder, leasts);
    this.#clears = new Clears({
      queue,
      clear: (onReleased, onPages) => clearBackend(backend, name, onReleased, onPages),
      keepsTrying: () => settings.onWriteError !== "throw",
      failure: (cause) => cause ?? heldUp(settings, undefined, cause),
      isBusy: () => this.#underWay > 0,
      onLost: (error) => listener.onQuietFailure("write", "", error),
      onHeldUp: (cause) => this.#acceptAll(cause),
      onStalled: (barrier) => this.#replay.addFailed(barrier),
      onEnded: (barrier) => this.#cleared(barrier),
    });
    this.#replay = new Replay<Lane<T> | ClearBarrier>({
      clock,
      isServing: () => backend.isServing,
      send: (item) => (item instanceof ClearBarrier ? item.send() : this.#sendWaiting(item)),
    });
    backend.onServing(() => this.#replay.resume());
  }

  /** The keys with writes that are not done, and what they will leave behind. */
  get pending(): Pick<Lanes<T>, "pending" | "pendingKeys"> {
    return this.#lanes;
  }

  /** While a `clear` is on its way, what the backend has is none of the category's any more. */
  get clears(): Pick<Clears, "isPending" | "count"> {
    return this.#clears;
  }

  /** Whether anything is to be done that is not under way. */
  get isWaiting(): boolean {
    return this.#clears.isPending || this.#lanes.hasWaiting;
  }

  /** How many writes were accepted and are not done. */
  get undelivered(): number {
    return this.#lanes.owed + this.#clears.accepted;
  }

  /** Writes in order with the key's other writes. Settles as `onWriteError` says. */
  write(key: string, change: Change<T>, version: number): Promise<void> {
    if (change.kind === "expire") this.#leasts.raiseFresh(key, version);
    else this.#leasts.raise(key, version);
    const write = newWrite(key, change, version, false);
    return new Promise((resolve, reject) => this.#add({ ...write, waiters: [{ resolve, reject }] }));
  }

  /** What `run` writes leaves in as few calls as the backend has methods for. */
  readonly together = (run: () => void): void => this.#sender.together(run);

  /** Writes what a loader brought. Nobody waits for it, and it is dropped when it fails. */
  fill(key: string, change: Change<T>, version: number): void {
    this.#add(newWrite(key, change, version, true));
  }

  /**
   * The key was changed elsewhere. A loaded value that waits is dropped; one that is under way may come after the
   * change, and one may be in the place of a write that is owed: those are removed again.
   * @param version What to remove it under.
   */
  forgetFill(key: string, version: () => number): void {
    const lane = this.#lanes.get(key);
    const newest = lane?.waiting ?? lane?.sent;
    if (lane === undefined || newest?.isFill !== true || newest.change.kind !== "put") return;
    if (lane.sent?.isFill === true || newest.isOwed || newest.waiters.length > 0) {
      newest.isHidden = true;
      if (lane.sent?.isFill === true) lane.sent.isHidden = true;
      this.fill(key, { kind: "purge" }, version());
    } else {
      this.#leasts.withdrawLoaded(key);
      this.#dropWaiting(lane, newest);
    }
  }

  /** Removes everything that was written before. */
  clear(): Promise<void> {
    const waiters: Waiter[] = [];
    const lanes = this.#lanes.all();
    for (const lane of lanes) this.#clearLane(lane, waiters);
    return new Promise((resolve, reject) => {
      waiters.push({ resolve, reject });
      this.#clears.add(waiters);
      if (lanes.some(({ isUnsettled }) => isUnsettled)) this.#clears.holdUp(undefined);
      this.#clears.proceed();
    });
  }

  /** Resolves when nothing is left to be done. */
  async drained(): Promise<void> {
    while (!this.#lanes.isEmpty || this.#clears.isPending) {
      // oxlint-disable-next-line no-await-in-loop -- What waits for a clear begins when that has ended.
      await Promise.all([this.#lanes.emptied(), this.#clears.ended()]);
    }
  }

  /** Begins nothing from now on: whoever waits for that is rejected with what `closedBy` makes. */
  end(closedBy: (cause: unknown) => unknown): void {
    this.#isEnded = true;
    this.#policy.end(closedBy);
    this.#replay.end();
    this.#acceptAll(undefined);
    this.#clears.end(closedBy);
  }

  #acceptAll(cause: unknown): void {
    for (const { waiting } of this.#lanes.all()) {
      if (waiting !== undefined) this.#policy.accept(waiting, cause);
    }
  }

  #add(write: Write<T>): void {
    const lane = this.#lanes.open(write.key);
    if (lane.waiting !== undefined) {
      if (!this.#policy.replace(lane.waiting, write)) return;
      lane.waiting = undefined;
    }
    const isFree = lane.sent === undefined && !this.#clears.isPending;
    if (isFree && (!lane.isStalled || this.#backend.isServing)) this.#send(lane, write);
    else this.#wait(lane, write);
  }

  #wait(lane: Lane<T>, write: Write<T>): void {
    // What is under way is done or replaced by this: it needs no room of its own.
    const { sent } = lane;
    if (sent && (!write.isFill || sent.isFill) && !this.#policy.admit(write)) this.#policy.drop(sent);
    if (!this.#policy.admit(write)) return this.#refuse(lane, write, undefined);
    lane.waiting = write;
    if (lane.isUnsettled || lane.isStalled || this.#clears.isHeldUp) this.#policy.accept(write, undefined);
  }

  #refuse(lane: Lane<T>, write: Write<T>, cause: unknown): void {
    lane.waiting = this.#policy.refuse(write, cause);
    if (lane.waiting === undefined) this.#closeIfEmpty(lane);
    else if (lane.sent === undefined && !this.#clears.isPending) this.#stall(lane);
  }

  #sendWaiting(lane: Lane<T>): void {
    const { waiting } = lane;
    lane.waiting = undefined;
    if (waiting === undefined) this.#replay.ended(lane);
    else this.#send(lane, waiting);
  }

  #send(lane: Lane<T>, write: Write<T>): void {
    this.#replay.remove(lane);
    lane.isStalled = false;
    lane.sent = write;
    write.lateOutcome = undefined;
    this.#underWay += 1;
    const isAwaited = (): boolean => lane.waiting !== undefined || this.#clears.isPending;
    const onReleased = (isDone: boolean): void => this.#released(lane, write, isDone);
    this.#sender.send(write, Object.assign(onReleased, { isAwaited })).then(
      () => this.#done(lane, write),
      (reason: unknown) => this.#failed(lane, write, reason),
    );
  }

  #done(lane: Lane<T>, write: Write<T>): void {
    this.#leasts.acknowledge(write.key, write.version);
    this.#policy.drop(write);
    this.#settled(lane);
    for (const { resolve } of write.waiters) resolve();
    write.waiters = [];
  }

  #failed(lane: Lane<T>, write: Write<T>, reason: unknown): void {
    lane.isUnsettled = reason instanceof BackendTimeoutError;
    const error: unknown = reason instanceof WriteNotSent ? reason.cause : reason;
    const isReplaced = lane.waiting !== undefined || write.isObsolete;
    const isKept = this.#policy.keepsTrying(write) && !write.isObsolete;
    if (isKept && this.#policy.admit(write)) this.#policy.accept(write, error);
    else if (isKept && !isReplaced) this.#refuse(lane, write, error);
    else this.#policy.fail(write, error, isReplaced);
    if (isKept && lane.waiting !== undefined) this.#policy.inherit(write, lane.waiting);
    if (!lane.isUnsettled) return this.#notDone(lane, write);
    if (lane.waiting !== undefined) this.#policy.accept(lane.waiting, error);
    this.#clears.holdUp(error);
    if (write.lateOutcome !== undefined) this.#released(lane, write, write.lateOutcome);
  }

  /** It is known what became of a write whose deadline has passed. */
  #released(lane: Lane<T>, write: Write<T>, isDone: boolean): void {
    if (lane.sent !== write || !lane.isUnsettled) write.lateOutcome = isDone;
    else if (isDone) this.#done(lane, write);
    else this.#notDone(lane, write);
  }

  /** A write has ended without being done, and never will be by itself. */
  #notDone(lane: Lane<T>, write: Write<T>): void {
    if (lane.waiting === undefined && write.isOwed && !write.isObsolete) {
      // Where something newer was refused, or came from elsewhere, what is older is removed instead.
      const least = this.#leasts.of(write.key).present;
      if (write.isHidden || write.version < least) write.change = { kind: "purge" };
      lane.waiting = write;
      this.#stall(lane);
    } else {
      this.#policy.drop(write);
      if (lane.waiting !== undefined && !write.isObsolete) this.#policy.inherit(write, lane.waiting);
    }
    this.#settled(lane);
  }

  #settled(lane: Lane<T>): void {
    lane.sent = undefined;
    lane.isUnsettled = false;
    this.#underWay -= 1;
    this.#replay.ended(lane);
    if (this.#clears.isPending) this.#clears.proceed();
    else if (lane.sent === undefined && !lane.isStalled && !this.#isEnded) this.#sendWaiting(lane);
    this.#closeIfEmpty(lane);
  }

  #closeIfEmpty(lane: Lane<T>): void {
    if (lane.sent !== undefined || lane.waiting !== undefined) return;
    this.#replay.remove(lane);
    this.#lanes.close(lane);
  }

  #stall(lane: Lane<T>): void {
    lane.isStalled = true;
    this.#replay.addFailed(lane);
  }

  #clearLane(lane: Lane<T>, waiters: Waiter[]): void {
    if (lane.sent !== undefined) lane.sent.isObsolete = true;
    if (lane.waiting === undefined) return;
    waiters.push(...lane.waiting.waiters);
    this.#dropWaiting(lane, lane.waiting);
  }

  #dropWaiting(lane: Lane<T>, waiting: Write<T>): void {
    this.#policy.drop(waiting);
    lane.waiting = undefined;
    lane.isStalled = false;
    this.#closeIfEmpty(lane);
  }

  /** A `clear` is over: what was written after it may go on. */
  #cleared(barrier: ClearBarrier): void {
    this.#replay.ended(barrier);
    this.#clears.proceed();
    if (this.#clears.isPending || this.#isEnded) return;
    for (const lane of this.#lanes.all()) {
      if (lane.waiting?.isOwed === true) this.#replay.addReady(lane);
      else this.#sendWaiting(lane);
    }
  }
}
