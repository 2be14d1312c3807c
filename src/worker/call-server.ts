/**
 * Runs the calls of the host's frames and answers their results, in as few frames as they are ready together.
 *
 * Results that are ready when the microtasks of this turn have run leave as the answer of `invoke`; later ones leave
 * by `settle`, all of one turn in one frame. Nothing a backend returns or throws gets past this class unchecked.
 */
import { CALL_STRIDE, RESULT_STRIDE, Status, ValuePacker, operationName } from "../contract/call-frames.js";
import type { CallFrame, OperationCode, ReplyFrame } from "../contract/call-frames.js";
import type { Pulse } from "../contract/pulse.js";
import { toWireError } from "../contract/wire-error.js";
import { transfer } from "comlink";
import type { Backends } from "./backends.js";
import { ServedCall } from "./call-context.js";
import { callBackend } from "./call-backend.js";
import type { BackendCall } from "./call-backend.js";
import { packResult } from "./pack-result.js";

export interface CallServerOptions {
  readonly backends: Backends;
  readonly pulse: Pulse;
  readonly maxValueBytes: number;
  readonly settle: (frame: ReplyFrame) => void;
}

export class CallServer {
  readonly #options: CallServerOptions;
  /** Calls whose signal was asked for. */
  readonly #live = new Set<ServedCall>();
  #slots: unknown[] = [];
  #packer = new ValuePacker();
  #isFlushScheduled = false;
  #answers: ((frame: ReplyFrame) => void)[] = [];

  constructor(options: CallServerOptions) {
    this.#options = options;
  }

  invoke({ slots, bytes }: CallFrame): Promise<ReplyFrame> {
    for (let at = 0; at < slots.length; at += CALL_STRIDE) this.#start(slots, at, bytes);
    return new Promise((answer) => {
      this.#answers.push(answer);
      this.#scheduleFlush();
    });
  }

  /** Aborts the signals of the calls under way: nobody waits for them any more. */
  close(): void {
    for (const call of this.#live) call.abort(new DOMException("The plugin is to stop", "AbortError"));
  }

  #start(slots: readonly unknown[], at: number, bytes: Uint8Array | undefined): void {
    // The host writes these frames; their shape is its promise (see call-frames.ts).
    const sequence = slots[at] as number;
    const operation = slots[at + 1] as OperationCode;
    const context = new ServedCall(slots[at + 3] as number, this.#live);
    const { pulse } = this.#options;
    let result: unknown;
    let isPending: boolean;
    pulse.received = sequence;
    pulse.executing = sequence;
    try {
      result = callBackend(this.#read(slots, at, bytes), context);
      isPending = isThenable(result);
    } catch (error) {
      this.#fail(sequence, context, error);
      return;
    } finally {
      pulse.executing = 0;
    }
    if (!isPending) {
      this.#succeed(sequence, operation, context, result);
      return;
    }
    Promise.resolve(result).then(
      (value) => this.#succeed(sequence, operation, context, value),
      (error: unknown) => this.#fail(sequence, context, error),
    );
  }

  #read(slots: readonly unknown[], at: number, bytes: Uint8Array | undefined): BackendCall {
    const handle = slots[at + 2] as number;
    const backend = this.#options.backends.get(handle);
    if (backend === undefined) throw new Error("The storage backend is not open");
    return {
      backend,
      operation: slots[at + 1] as OperationCode,
      category: slots[at + 4] as string,
      subject: slots[at + 5],
      start: slots[at + 6] as number,
      end: slots[at + 7] as number,
      expiresAt: slots[at + 8] as number | undefined,
      bytes,
    };
  }

  #succeed(sequence: number, operation: OperationCode, context: ServedCall, result: unknown): void {
    context.end();
    try {
      packResult({ sequence, operation, result, maxValueBytes: this.#options.maxValueBytes }, this.#slots, this.#packer);
      this.#scheduleFlush();
    } catch (error) {
      this.#fail(sequence, context, error, `Wrong result of ${operationName(operation)}`);
    }
  }

  #fail(sequence: number, context: ServedCall, thrown: unknown, prefix?: string): void {
    context.end();
    const error = toWireError(thrown);
    const named = prefix === undefined ? error : { ...error, message: `${prefix}: ${error.message}` };
    this.#slots.push(sequence, Status.error, named, 0, 0, undefined);
    this.#scheduleFlush();
  }

  /** After all microtasks of this turn: what they settle still travels with this frame. */
  #scheduleFlush(): void {
    if (this.#isFlushScheduled) return;
    this.#isFlushScheduled = true;
    queueMicrotask(() => process.nextTick(() => this.#flush()));
  }

  #flush(): void {
    this.#isFlushScheduled = false;
    const bytes = this.#packer.pack();
    const frame: ReplyFrame = bytes === undefined ? { slots: this.#slots } : { slots: this.#slots, bytes };
    const answers = this.#answers;
    const isEmpty = this.#slots.length < RESULT_STRIDE;
    this.#slots = [];
    this.#packer = new ValuePacker();
    this.#answers = [];
    if (bytes !== undefined) transfer(frame, [bytes.buffer]);
    const [first, ...rest] = answers;
    if (first !== undefined) first(frame);
    else if (!isEmpty) this.#options.settle(frame);
    for (const answer of rest) answer({ slots: [] });
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
