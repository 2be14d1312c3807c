/**
 * Runs the calls of the host's frames and answers their results, in as few frames as they are ready together.
 *
 * Results that are ready when the microtasks of this turn have run leave as the answer of `invoke`; later ones leave
 * by `settle`, all of one turn in one frame. Nothing a backend returns or throws gets past this class unchecked.
 */
import { CALL, CALL_COLUMNS, operationName } from "../contract/call-frames.js";
import type { CallFrame, OperationCode, ReplyFrame } from "../contract/call-frames.js";
import type { Pulse } from "../contract/pulse.js";
import { prefixWireError, toWireError } from "../contract/wire-error.js";
import type { Backends } from "./backends.js";
import { ServedCall } from "./call-context.js";
import { callBackend } from "./call-backend.js";
import type { BackendCall } from "./call-backend.js";
import { ReplyBuilder } from "./reply-builder.js";

export interface CallServerOptions {
  readonly backends: Backends;
  readonly pulse: Pulse;
  readonly maxValueBytes: number;
  readonly settle: (frame: ReplyFrame) => void;
}

/** A call whose backend has been called. */
interface StartedCall {
  readonly sequence: number;
  readonly operation: OperationCode;
  readonly subject: unknown;
  readonly context: ServedCall;
}

export class CallServer {
  readonly #options: CallServerOptions;
  /** Calls whose signal was asked for. */
  readonly #live = new Set<ServedCall>();
  /** How many backends have yet to answer. */
  #underWay = 0;
  #replies: ReplyBuilder;
  #isFlushScheduled = false;
  #answers: ((frame: ReplyFrame) => void)[] = [];

  constructor(options: CallServerOptions) {
    this.#options = options;
    this.#replies = new ReplyBuilder(options.maxValueBytes);
  }

  invoke(frame: CallFrame): Promise<ReplyFrame> {
    const count = frame.rows.length / CALL_COLUMNS;
    // Calls that arrived together wait from the same moment, however long one of them blocks the others.
    const now = Date.now();
    for (let index = 0; index < count; index += 1) this.#start(frame, index, now);
    // With nothing under way nothing else can be ready in this turn: what is there leaves at once.
    if (this.#underWay === 0 && !this.#isFlushScheduled) return Promise.resolve(this.#replies.build());
    return new Promise((answer) => {
      this.#answers.push(answer);
      this.#scheduleFlush();
    });
  }

  /** Aborts the signals of the calls under way: nobody waits for them any more. */
  close(): void {
    for (const call of this.#live) call.abort(new DOMException("The plugin is to stop", "AbortError"));
  }

  #start(frame: CallFrame, index: number, now: number): void {
    const { rows, subjects } = frame;
    const at = index * CALL_COLUMNS;
    // The host writes these frames; their shape is its promise (see call-frames.ts).
    const call: StartedCall = {
      sequence: frame.first + index,
      operation: rows[at + CALL.operation] as OperationCode,
      subject: subjects[index],
      context: new ServedCall(rows[at + CALL.budgetMs] as number, this.#live, now),
    };
    const { pulse } = this.#options;
    let result: unknown;
    let pending: Promise<unknown> | undefined;
    pulse.received = call.sequence;
    pulse.executing = call.sequence;
    try {
      result = callBackend(this.#read(frame, index), call.context);
      // Within this `try` too: a backend may answer something whose getters throw.
      pending = isThenable(result) ? Promise.resolve(result) : undefined;
    } catch (error) {
      this.#fail(call, error);
      return;
    } finally {
      pulse.executing = 0;
    }
    if (pending === undefined) {
      this.#succeed(call, result);
      return;
    }
    this.#underWay += 1;
    pending.then(
      (value) => this.#endLater(() => this.#succeed(call, value)),
      (error: unknown) => this.#endLater(() => this.#fail(call, error)),
    );
  }

  /** Ends a call that was not answered at once: its result leaves with the others of this turn. */
  #endLater(end: () => void): void {
    this.#underWay -= 1;
    end();
    this.#scheduleFlush();
  }

  #read({ rows, categories, subjects, bytes }: CallFrame, index: number): BackendCall {
    const at = index * CALL_COLUMNS;
    // As above: the host's promise.
    const backend = this.#options.backends.get(rows[at + CALL.handle] as number);
    if (backend === undefined) throw new Error("The storage backend is not open");
    const expiresAt = rows[at + CALL.expiresAt] as number;
    return {
      backend,
      operation: rows[at + CALL.operation] as OperationCode,
      category: categories[rows[at + CALL.category] as number] as string,
      subject: subjects[index],
      start: rows[at + CALL.start] as number,
      end: rows[at + CALL.end] as number,
      expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt,
      bytes,
    };
  }

  #succeed(call: StartedCall, result: unknown): void {
    const { sequence, operation, subject, context } = call;
    context.end();
    try {
      this.#replies.addResult(sequence, operation, result, subject);
      this.#settleIfFull();
    } catch (error) {
      this.#fail(call, error, `Wrong result of ${operationName(operation)}`);
    }
  }

  #fail({ sequence, context }: StartedCall, thrown: unknown, prefix?: string): void {
    context.end();
    const error = toWireError(thrown);
    this.#replies.addError(sequence, prefix === undefined ? error : prefixWireError(error, prefix));
    this.#settleIfFull();
  }

  /** Large results do not wait for the others of their turn: no frame is to outgrow what can be held at once. */
  #settleIfFull(): void {
    if (this.#replies.isFull) this.#options.settle(this.#replies.build());
  }

  /** After all microtasks of this turn: what they settle still travels with this frame. */
  #scheduleFlush(): void {
    if (this.#isFlushScheduled) return;
    this.#isFlushScheduled = true;
    void Promise.resolve().then(this.#flushAfterMicrotasks);
  }

  readonly #flush = (): void => {
    this.#isFlushScheduled = false;
    const answers = this.#answers;
    const isEmpty = this.#replies.isEmpty;
    const frame = this.#replies.build();
    this.#answers = [];
    const first = answers[0];
    if (first !== undefined) first(frame);
    else if (!isEmpty) this.#options.settle(frame);
    for (let index = 1; index < answers.length; index += 1) answers[index]?.({ rows: new Float64Array(0) });
  };

  readonly #flushAfterMicrotasks = (): void => process.nextTick(this.#flush);
}

function isThenable(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}
