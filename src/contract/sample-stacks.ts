/**
 * Takes the stack of another thread again and again, through an inspector session, also while its loop is blocked:
 * Node has a thread answer within the JavaScript it runs, wherever V8 looks for interrupts.
 *
 * The question is a program that throws: what V8 notes of an uncaught exception is the whole stack with exact places,
 * and nothing of the plugin runs for it, as `Error.prepareStackTrace` would for an error's own stack. V8's sampling
 * profiler does not do: a function that was optimised within a loop before the profile began is unknown to it, which
 * is just the one that never ends, and whoever called that is blamed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { MAX_FRAME_CHARACTERS, MAX_FRAMES, MAX_SAMPLES } from "./stack-samples.js";
import type { StackFrame, StackSamples } from "./stack-samples.js";

/**
 * Time between two stacks, in ms. Answers come by interrupts of this thread's own loop, which has to get on with other
 * things in between.
 */
const PERIOD_MS = 10;

/** Asks the session; resolves with its answer, with `undefined` where there is none. Never rejects. */
export type Ask = (method: string, parameters: object) => Promise<unknown>;

/**
 * Resolves within `durationMs`, the last question maybe unanswered. Never rejects.
 * @returns `undefined` where the thread answered nothing.
 */
export async function sampleStacks(
  ask: Ask,
  durationMs: number,
  signal: AbortSignal,
): Promise<StackSamples | undefined> {
  const limit = new AbortController();
  const over = sleep(durationMs, undefined, { signal: AbortSignal.any([limit.signal, signal]) }).catch(
    () => undefined,
  );
  try {
    return await sample(
      (method, parameters) => Promise.race([ask(method, parameters), over]),
      durationMs,
      signal,
    );
  } finally {
    limit.abort();
  }
}

async function sample(ask: Ask, durationMs: number, signal: AbortSignal): Promise<StackSamples | undefined> {
  const startedAt = performance.now();
  // Without it exceptions come without a stack.
  if ((await ask("Runtime.enable", {})) === undefined) return undefined;
  await ask("Runtime.setMaxCallStackSizeToCapture", { size: MAX_FRAMES + 1 });
  const indices = new Map<string, number>();
  const frames: StackFrame[] = [];
  const samples: [number, ...number[]][] = [];
  while (samples.length < MAX_SAMPLES && performance.now() - startedAt < durationMs && !signal.aborted) {
    const answer = await ask("Runtime.evaluate", { expression: "throw 0", silent: true });
    if (answer === undefined) break;
    const stack = readStack(answer).map((frame) => {
      const id = JSON.stringify(frame);
      const index = indices.get(id) ?? frames.push(frame) - 1;
      indices.set(id, index);
      return index;
    });
    samples.push([performance.now() - startedAt, ...stack]);
    await sleep(PERIOD_MS);
  }
  return samples.length === 0 ? undefined : { frames, samples };
}

/** The stack of an uncaught exception, without the question itself. */
function readStack(answer: unknown): StackFrame[] {
  // V8 wrote it, not the plugin.
  const { exceptionDetails } = answer as {
    readonly exceptionDetails?: { readonly stackTrace?: { readonly callFrames: readonly CallFrame[] } };
  };
  const callFrames = exceptionDetails?.stackTrace?.callFrames ?? [];
  return callFrames
    .slice(1, MAX_FRAMES + 1)
    .map(({ functionName, url, lineNumber, columnNumber }) => [
      functionName.slice(0, MAX_FRAME_CHARACTERS),
      url.slice(0, MAX_FRAME_CHARACTERS),
      lineNumber,
      columnNumber,
    ]);
}

/** As the inspector describes it. */
interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}
