/**
 * The calls to one life of a plugin.
 *
 * All calls made in one turn of the event loop leave in one frame. Every call's promise settles by the first of its
 * result, its deadline and the end of the life. A call whose deadline has passed still counts as in flight until the
 * worker is done with it or gone: what a stuck worker has been sent lies in the host's memory, and must be bounded.
 */
import { transfer } from "comlink";
import {
  CALL_STRIDE,
  Operation,
  ValuePacker,
  operationName,
  packEntry,
} from "../../contract/call-frames.js";
import type { CallFrame, ReplyFrame } from "../../contract/call-frames.js";
import type { EntryKey, StoredEntry } from "../../contract/backend.js";
import { BackendError, BackendOverloadedError, BackendTimeoutError } from "../../contract/errors.js";
import type { StockpileError } from "../../contract/errors.js";
import { fromWireError } from "../../contract/wire-error.js";
import type { Clock } from "../clock.js";
import { PendingCall } from "./call.js";
import type { CallRequest, CallResult } from "./call.js";
import type { CallStatistics } from "./call-statistics.js";
import type { Deadlines } from "./deadlines.js";
import { readReply } from "./read-reply.js";
import type { Reply } from "./read-reply.js";

export interface CallChannelOptions {
  readonly pluginName: string;
  readonly invoke: (frame: CallFrame) => Promise<ReplyFrame>;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly statistics: CallStatistics;
  readonly limits: { readonly inFlightCalls: number; readonly inFlightBytes: number };
  /** The far side broke the protocol; the message says how. */
  readonly onFault: (message: string) => void;
}

/** Sequence numbers are positive 32-bit integers, because one travels through shared memory. */
const MAX_SEQUENCE = 0x7fff_ffff;

export class CallChannel {
  readonly #options: CallChannelOptions;
  /** Calls the worker is not done with, oldest first. */
  readonly #pending = new Map<number, PendingCall>();
  /** Those of them whose deadline has passed, in the order it did. */
  readonly #expired = new Set<PendingCall>();
  #outgoing: PendingCall[] = [];
  #sequence = 0;
  #bytes = 0;
  #end: ((call: PendingCall) => StockpileError) | undefined;
  #idleListeners: (() => void)[] = [];

  constructor(options: CallChannelOptions) {
    this.#options = options;
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
    const { clock, deadlines } = this.#options;
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal(request);
      if (refusal !== undefined) {
        this.#options.statistics.refused += 1;
        reject(refusal);
        return;
      }
      this.#sequence = this.#sequence === MAX_SEQUENCE ? 1 : this.#sequence + 1;
      const terms = { startedAt: clock.monotonic(), budgetMs, resolve, reject };
      const call = new PendingCall(this.#sequence, request, terms);
      if (this.#end !== undefined) {
        reject(this.#end(call));
        return;
      }
      call.deadline = deadlines.add(budgetMs, () => this.#expire(call));
      this.#pending.set(call.sequence, call);
      this.#bytes += request.bytes;
      if (this.#outgoing.push(call) === 1) queueMicrotask(() => process.nextTick(() => this.#flush()));
    });
  }

  /** Takes results that came by themselves. */
  settle(frame: unknown): void {
    const fault = readReply(frame, (reply) => this.#accept(reply));
    if (fault !== undefined) this.#options.onFault(fault);
  }

  /** The call of that number, if the worker is not done with it. */
  find(sequence: number): PendingCall | undefined {
    return this.#pending.get(sequence);
  }

  /** Calls the worker has begun and is not done with, oldest first, at most `limit`. */
  begun(received: number, limit: number): PendingCall[] {
    const calls: PendingCall[] = [];
    for (const call of this.#pending.values()) {
      if (call.sequence > received || calls.length === limit) break;
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
      if (call.expiredAt !== undefined) continue;
      call.deadline?.cancel();
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

  #refusal({ bytes, operation, observer }: CallRequest): BackendOverloadedError | undefined {
    const { limits, pluginName } = this.#options;
    if (this.#pending.size < limits.inFlightCalls && this.#bytes + bytes <= limits.inFlightBytes) return undefined;
    const name = operationName(operation);
    return new BackendOverloadedError(
      `Cannot ${name} in storage backend "${observer.backendId}" of plugin "${pluginName}": ` +
        `expected at most ${limits.inFlightCalls} calls and ${limits.inFlightBytes} bytes in flight: ` +
        `there are ${this.#pending.size} calls and ${this.#bytes} bytes`,
      { pluginName, backendId: observer.backendId, operation: name },
    );
  }

  #flush(): void {
    const calls = this.#outgoing;
    if (calls.length === 0) return;
    this.#outgoing = [];
    const frame = packCalls(calls);
    this.#options.invoke(frame).then(
      (reply) => this.settle(reply),
      (error: unknown) => this.#failAll(calls, error),
    );
  }

  /** The frame could not be posted: nothing was sent. */
  #failAll(calls: readonly PendingCall[], cause: unknown): void {
    const { pluginName } = this.#options;
    for (const call of calls) {
      if (!this.#release(call) || call.expiredAt !== undefined) continue;
      const operation = operationName(call.request.operation);
      const message = `Cannot send ${operation} to plugin "${pluginName}": the call cannot be cloned`;
      this.#fail(call, new BackendError(message, { cause, pluginName, operation }));
    }
  }

  #accept({ sequence, error, result, resultBytes }: Reply): string | undefined {
    const call = this.#pending.get(sequence);
    if (call === undefined) {
      // After the end replies may still lie in the port's queue.
      return this.#end === undefined ? `a result answers no call (${sequence})` : undefined;
    }
    this.#release(call);
    const { statistics, clock, pluginName } = this.#options;
    if (call.expiredAt !== undefined) return undefined;
    if (error === undefined) {
      statistics.succeed(clock.monotonic() - call.startedAt);
      call.request.observer.succeeded(resultBytes);
      call.resolve(result);
      return undefined;
    }
    const operation = operationName(call.request.operation);
    const { backendId } = call.request.observer;
    this.#fail(
      call,
      new BackendError(`Storage backend "${backendId}" of plugin "${pluginName}" failed to ${operation}: ${error.message}`, {
        cause: fromWireError(error),
        pluginName,
        backendId,
        operation,
        elapsedMs: clock.monotonic() - call.startedAt,
      }),
    );
    return undefined;
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
    call.deadline?.cancel();
    this.#bytes -= call.request.bytes;
    this.#tellIdle();
    return true;
  }

  #expire(call: PendingCall): void {
    const { clock, statistics, pluginName } = this.#options;
    call.expiredAt = clock.monotonic();
    this.#expired.add(call);
    statistics.timedOut += 1;
    const operation = operationName(call.request.operation);
    const { backendId } = call.request.observer;
    const elapsedMs = call.expiredAt - call.startedAt;
    const error = new BackendTimeoutError(
      `Storage backend "${backendId}" of plugin "${pluginName}" did not ${operation} within ${Math.round(elapsedMs)} ms`,
      { pluginName, backendId, operation, elapsedMs },
    );
    call.request.observer.failed(error);
    call.reject(error);
    this.#tellIdle();
  }
}

function packCalls(calls: readonly PendingCall[]): CallFrame {
  const slots: unknown[] = Array.from({ length: calls.length * CALL_STRIDE });
  const packer = new ValuePacker();
  let at = 0;
  for (const { sequence, request, budgetMs } of calls) {
    const { operation, handle, category, entry } = request;
    const start = entry === undefined ? 0 : packer.add(entry.value);
    slots[at] = sequence;
    slots[at + 1] = operation;
    slots[at + 2] = handle;
    slots[at + 3] = budgetMs;
    slots[at + 4] = category;
    slots[at + 5] = operation === Operation.putMany ? packPairs(request.subject, packer) : request.subject;
    slots[at + 6] = start;
    slots[at + 7] = entry === undefined ? 0 : start + entry.value.byteLength;
    slots[at + 8] = entry?.expiresAt;
    at += CALL_STRIDE;
  }
  const bytes = packer.pack();
  if (bytes === undefined) return { slots };
  return transfer({ slots, bytes }, [bytes.buffer]);
}

function packPairs(pairs: unknown, packer: ValuePacker): unknown[] {
  // The subject of a putMany; see backend-client.ts.
  return (pairs as readonly (readonly [EntryKey, StoredEntry])[]).map(([{ category, key }, entry]) => [
    [category, key],
    packEntry(entry, packer),
  ]);
}
