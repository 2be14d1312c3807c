import test from "ava";
import { sampleStacks } from "../../src/contract/sample-stacks.js";
import type { Ask } from "../../src/contract/sample-stacks.js";

const NEVER = new AbortController().signal;

/** The inspector's answer to the question, asked within these functions, innermost first. */
function exception(...names: readonly string[]): object {
  const callFrames = ["", ...names].map((functionName, lineNumber) => ({
    functionName,
    url: "file:///a.mjs",
    lineNumber,
    columnNumber: 0,
  }));
  return { exceptionDetails: { stackTrace: { callFrames } } };
}

test("sampleStacks() takes stacks for as long as it is told, each frame once", async (t) => {
  const asked: string[] = [];
  const ask: Ask = (method) => {
    asked.push(method);
    return Promise.resolve(method === "Runtime.evaluate" ? exception("inner", "outer") : {});
  };
  const startedAt = performance.now();
  const samples = await sampleStacks(ask, 500, NEVER);
  t.true(performance.now() - startedAt >= 50);
  t.deepEqual(samples?.frames, [
    ["inner", "file:///a.mjs", 1, 0],
    ["outer", "file:///a.mjs", 2, 0],
  ]);
  t.true((samples?.samples.length ?? 0) >= 1);
  t.deepEqual(samples?.samples[0]?.slice(1), [0, 1]);
  t.is(asked[0], "Runtime.enable");
});

test("sampleStacks() has nothing of a thread that does not answer, and is over in time", async (t) => {
  const startedAt = performance.now();
  t.is(await sampleStacks(() => new Promise(() => {}), 50, NEVER), undefined);
  t.true(performance.now() - startedAt < 5000);
});

test("sampleStacks() keeps what it has when the thread answers no more", async (t) => {
  let questions = 0;
  const ask: Ask = (method) => {
    if (method !== "Runtime.evaluate") return Promise.resolve({});
    questions += 1;
    return questions <= 2 ? Promise.resolve(exception("f")) : new Promise(() => {});
  };
  t.is((await sampleStacks(ask, 2_000, NEVER))?.samples.length, 2);
});

test("sampleStacks() stops when it is told to", async (t) => {
  const stop = new AbortController();
  const ask: Ask = () => {
    stop.abort();
    return new Promise(() => {});
  };
  const startedAt = performance.now();
  t.is(await sampleStacks(ask, 60_000, stop.signal), undefined);
  t.true(performance.now() - startedAt < 30_000);
});

test("sampleStacks() takes an empty stack for a thread that waits", async (t) => {
  const stop = new AbortController();
  const ask: Ask = (method) => {
    if (method !== "Runtime.evaluate") return Promise.resolve({});
    stop.abort();
    return Promise.resolve(exception());
  };
  const samples = await sampleStacks(ask, 60_000, stop.signal);
  t.deepEqual(samples?.frames, []);
  t.is(samples?.samples[0]?.length, 1);
});
