/**
 * The calls to one life of a plugin.
 *
 * All calls made in one turn of the event loop leave in one frame. Every call's promise settles by the first of its
 * result, its deadline and the end of the life. A call whose deadline has passed still counts as in flight until the
 * worker is done with it or gone: what a stuck worker has been sent lies in the host's memory, and must be bounded.
 */
import { operationName } from "../../contract/call-frames.js";
import type { CallFrame, ReplyFrame } from "../../contract/call-frames.js";
import type { BackendOverloadedError, StockpileError } from "../../contract/errors.js";
import type { WireError } from "../../contract/wire-error.js";
import type { Clock } from "../clock.js";
import { TransientMap } from "../transient-map.js";
import { isAnswerOf, maxItemsOf } from "./answer-of.js";
import { CallErrors } from "./call-errors.js";
import { PendingCall } from "./call.js";
import type { CallRequest, CallResult } from "./call.js";
import type { CallStatistics } from "./call-statistics.js";
import type { Deadline, Deadlines } from "./deadlines.js";
import type { Mask } from "./mask-error.js";
import { isLate } from "./is-late.js";
import { packCalls } from "./pack-calls.js";
import { readReply } from "./read-reply.js";
import type { ReplyReceiver } from "./read-reply.js";
import { Sequence } from "./sequence.js";
import { TurnDeadline } from "./turn-deadline.js";

export interface CallChannelOptions {
  readonly pluginName: string;
  readonly invoke: (frame: CallFrame) => Promise<ReplyFrame>;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly statistics: CallStatistics;
  readonly limits: { readonly inFlightCalls: number; readonly inFlightBytes: number };
  /** Hides the secrets of the configuration in what backends throw. */
  readonly mask: Mask;
  /** The far side broke the protocol; the message says how. */
  readonly onFault: (message: string) => void;
  /** The numbers calls are given; default: from 1. */
  readonly sequence?: Sequence;
}

export class CallChannel {
  readonly #options: CallChannelOptions;
  readonly #errors: CallErrors;
  /** Calls the worker is not done with, oldest first. */
  readonly #pending = new TransientMap<number, PendingCall>();
  /** Those of them whose deadline has passed, in the order it did. */
  readonly #expired = new Set<PendingCall>();
  #outgoing: PendingCall[] = [];
  readonly #sequence: Sequence;
  readonly #isTaken = (sequence: number): boolean => this.#pending.has(sequence);
  /** When the turn began whose calls are waiting to leave, monotonic. */
  #turnAt = 0;
  /** The deadline of the latest calls. */
  #turnDeadline: TurnDeadline | undefined;
  #bytes = 0;
  /** When the reply being read arrived, monotonic. */
  #replyAt = 0;
  readonly #receiver: ReplyReceiver = {
    maxItems: (sequence) => this.#maxItems(sequence),
    result: (sequence, result, entryBytes) => this.#succeed(sequence, result, entryBytes),
    error: (sequence, error) => this.#failed(sequence, error),
  };
  #end: ((call: PendingCall) => StockpileError) | undefined;
  #idleListeners: (() => void)[] = [];

  constructor(options: CallChannelOptions) {
    this.#options = options;
    this.#errors = new CallErrors(options.pluginName, options.mask);
    this.#sequence = options.sequence ?? new Sequence();
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  get inFlightBytes(): number {
    return this.#bytes;
  }

  /**
   * Sends a call. Rejects with `BackendOverloadedError` at once when a cap is reached, `BackendTimeoutError` after
   * `budgetMs`, `BackendError` when the backend failed, and with the life's own error when that ends first.
   */
  send(request: CallRequest, budgetMs: number): Promise<CallResult> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal(request);
      if (refusal !== undefined) {
        this.#options.statistics.refused += 1;
        reject(refusal);
        return;
      }
      // A frame's numbers follow each other, so what is waiting leaves before one is left out.
      if (!this.#sequence.advance(this.#isTaken)) this.#flush();
      // Calls of one turn share one look at the clock.
      if (this.#outgoing.length === 0) this.#turnAt = this.#options.clock.monotonic();
      const call = new PendingCall(request, this.#sequence.current, this.#turnAt, budgetMs);
      if (this.#end !== undefined) {
        reject(this.#end(call));
        return;
      }
      call.resolve = resolve;
      call.reject = reject;
      call.deadline = this.#deadlineOf(call);
      this.#pending.set(call.sequence, call);
      this.#bytes += request.bytes;
      if (this.#outgoing.push(call) === 1) void Promise.resolve().then(this.#flushAfterMicrotasks);
    });
  }

  /** Takes results that came by themselves. */
  settle(frame: unknown): void {
    this.#replyAt = this.#options.clock.monotonic();
    const fault = readReply(frame, this.#receiver);
    if (fault !== undefined) this.#options.onFault(fault);
  }

  /** Every call the worker is not done with, oldest first. */
  get pending(): Iterable<PendingCall> {
    return this.#pending.values();
  }

  /** The call of that number, if the worker is not done with it. */
  find(sequence: number): PendingCall | undefined {
    return this.#pending.get(sequence);
  }

  /**
   * Calls the worker has begun and is not done with, oldest first, at most `limit`.
   * @param received The sequence number of the call it last began; 0 for none, "all" for whichever was sent last.
   */
  begun(received: number | "all", limit: number): PendingCall[] {
    const calls: PendingCall[] = [];
    for (const call of this.#pending.values()) {
      const isBegun = received === "all" || !this.#sequence.isAfter(call.sequence, received);
      if (!isBegun || calls.length === limit) break;
      calls.push(call);
    }
    return calls;
  }

  /** Calls whose deadline passed more than `ageMs` ago and that the worker is still not done with, oldest first. */
  overdue(ageMs: number): PendingCall[] {
    const latest = this.#options.clock.monotonic() - ageMs;
    const calls: PendingCall[] = [];
    for (const call of this.#expired) {
      if ((call.expiredAt ?? Infinity) > latest) break;
      calls.push(call);
    }
    return calls;
  }

  /** Resolves when no caller waits for a call any more. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleListeners.push(resolve);
      this.#tellIdle();
    });
  }

  /** The life has ended: every call rejects with what `error` makes of it, now and from now on. */
  end(error: (call: PendingCall) => StockpileError): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    this.#expired.clear();
    this.#outgoing = [];
    this.#bytes = 0;
    for (const call of calls) {
      if (isLate(call, false)) continue;
      call.deadline.cancel();
      this.#options.statistics.failed += 1;
      const reason = error(call);
      call.request.observer.failed(reason);
      call.reject(reason);
    }
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#pending.size > this.#expired.size) return;
    const listeners = this.#idleListeners;
    if (listeners.length === 0) return;
    this.#idleListeners = [];
    for (const listener of listeners) listener();
  }

  /**
   * One call alone is always sent: its entry is bounded by `maxValueBytes`, and only answers can correct the bytes
   * that calls expect back.
   */
  #refusal(request: CallRequest): BackendOverloadedError | undefined {
    const { limits } = this.#options;
    const isWithin =
      this.#pending.size < limits.inFlightCalls && this.#bytes + request.bytes <= limits.inFlightBytes;
    if (isWithin || this.#pending.size === 0) return undefined;
    return this.#errors.overloaded(
      request,
      { calls: limits.inFlightCalls, bytes: limits.inFlightBytes },
      { calls: this.#pending.size, bytes: this.#bytes },
    );
  }

  /** Calls of one turn that wait equally long share a deadline. */
  #deadlineOf(call: PendingCall): Deadline {
    if (this.#turnDeadline?.admit(call) === true) return this.#turnDeadline;
    this.#turnDeadline = new TurnDeadline(call, this.#options.deadlines, this.#expire);
    return this.#turnDeadline;
  }

  /** What microtasks of this turn still send travels with the rest. */
  readonly #flushAfterMicrotasks = (): void => process.nextTick(this.#flush);

  readonly #flush = (): void => {
    const calls = this.#outgoing;
    if (calls.length === 0) return;
    this.#outgoing = [];
    // An executor turns what packing or posting throws into a rejection: memory for a frame may not be had.
    new Promise<ReplyFrame>((resolve) => {
      resolve(this.#options.invoke(packCalls(calls)));
    }).then(
      (reply) => this.settle(reply),
      (error: unknown) => this.#failAll(calls, error),
    );
  };

  /** The frame could not be posted: nothing was sent. */
  #failAll(calls: readonly PendingCall[], cause: unknown): void {
    for (const call of calls) {
      if (!this.#release(call) || isLate(call, false)) continue;
      this.#fail(call, this.#errors.notPosted(call.request, cause));
    }
  }

  #maxItems(sequence: number): number {
    const call = this.#pending.get(sequence);
    return call === undefined ? 0 : maxItemsOf(call.request);
  }

  #succeed(sequence: number, result: CallResult, entryBytes: number): string | undefined {
    const call = this.#pending.get(sequence);
    if (call === undefined) return this.#stray(sequence);
    if (!isAnswerOf(call.request, result))
      return `a result is none of ${operationName(call.request.operation)}`;
    this.#release(call);
    if (isLate(call, true)) return undefined;
    this.#options.statistics.succeed(this.#replyAt - call.startedAt, this.#replyAt);
    call.request.observer.succeeded(entryBytes);
    call.resolve(result);
    return undefined;
  }

  #failed(sequence: number, error: WireError): string | undefined {
    const call = this.#pending.get(sequence);
    if (call === undefined) return this.#stray(sequence);
    this.#release(call);
    if (isLate(call, false)) return undefined;
    this.#fail(call, this.#errors.failed(call.request, error, this.#replyAt - call.startedAt));
    return undefined;
  }

  /** A result without a call. After the end, replies may still lie in the port's queue. */
  #stray(sequence: number): string | undefined {
    return this.#end === undefined ? `a result answers no call (${sequence})` : undefined;
  }

  #fail(call: PendingCall, error: StockpileError): void {
    this.#options.statistics.failed += 1;
    call.request.observer.failed(error);
    call.reject(error);
  }

  /** Forgets a call the worker is done with. */
  #release(call: PendingCall): boolean {
    if (!this.#pending.delete(call.sequence)) return false;
    this.#expired.delete(call);
    call.deadline.cancel();
    this.#bytes -= call.request.bytes;
    this.#tellIdle();
    return true;
  }

  readonly #expire = (sequence: number, deadline: Deadline): void => {
    const call = this.#pending.get(sequence);
    // It may have ended, and its number may be another call's by now.
    if (call?.deadline !== deadline) return;
    const { clock, statistics } = this.#options;
    call.expiredAt = clock.monotonic();
    this.#expired.add(call);
    statistics.timedOut += 1;
    const error = this.#errors.timedOut(call.request, call.expiredAt - call.startedAt);
    call.request.observer.failed(error);
    call.reject(error);
    this.#tellIdle();
  };
}
