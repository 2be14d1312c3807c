import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { Operation, RESULT_COLUMNS, Status } from "../../../src/contract/call-frames.js";
import type { CallFrame, ReplyFrame } from "../../../src/contract/call-frames.js";
import {
  BackendError,
  BackendOverloadedError,
  BackendTimeoutError,
  ClosedError,
  PluginUnavailableError,
} from "../../../src/contract/errors.js";
import { CallChannel } from "../../../src/host/calls/call-channel.js";
import type { CallChannelOptions } from "../../../src/host/calls/call-channel.js";
import { CallStatistics } from "../../../src/host/calls/call-statistics.js";
import type { CallRequest, CallResult } from "../../../src/host/calls/call.js";
import { Deadlines } from "../../../src/host/calls/deadlines.js";
import { Sequence } from "../../../src/host/calls/sequence.js";
import { RecentHistogram } from "../../../src/host/recent-histogram.js";
import { FakeClock } from "../../support/fake-clock.js";
import { makeObserver, makeRequest } from "./make-call.js";

const CALL_MS = 500;
/** The most a deadline may be late, in ms: two sweeps. */
const LATE_MS = 20;
const NO_RESULTS: ReplyFrame = { rows: new Float64Array(0) };

/** How a call's promise stands. */
interface Settling {
  settled: number;
  value?: CallResult;
  error?: unknown;
}

interface Harness {
  readonly channel: CallChannel;
  readonly clock: FakeClock;
  readonly deadlines: Deadlines;
  readonly statistics: CallStatistics;
  /** Frames that were sent, oldest first. */
  readonly frames: CallFrame[];
  /** What `invoke` answers; a test may put another function here. */
  invoke: (frame: CallFrame) => Promise<ReplyFrame>;
  readonly faults: string[];
  /** Sends a call and follows its promise. */
  readonly send: (request?: Partial<CallRequest>, budgetMs?: number) => Settling;
}

function makeChannel(options: Partial<CallChannelOptions> = {}): Harness {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const statistics = new CallStatistics(new RecentHistogram(clock));
  const frames: CallFrame[] = [];
  const faults: string[] = [];
  const channel = new CallChannel({
    pluginName: "redis",
    invoke: (frame) => {
      frames.push(frame);
      return harness.invoke(frame);
    },
    clock,
    deadlines,
    statistics,
    limits: { inFlightCalls: 100, inFlightBytes: 10_000 },
    mask: (text) => text,
    onFault: (fault) => void faults.push(fault),
    ...options,
  });
  const harness: Harness = {
    channel,
    clock,
    deadlines,
    statistics,
    frames,
    faults,
    invoke: async () => NO_RESULTS,
    send: (request = {}, budgetMs = CALL_MS) => {
      const settling: Settling = { settled: 0 };
      channel.send(makeRequest(request), budgetMs).then(
        (value) => Object.assign(settling, { settled: settling.settled + 1, value }),
        (error: unknown) => Object.assign(settling, { settled: settling.settled + 1, error }),
      );
      return settling;
    },
  };
  return harness;
}

/** A reply that answers nothing to each call, as a put or a get without entry is. */
function done(...sequences: number[]): ReplyFrame {
  return { rows: Float64Array.from(sequences.flatMap((sequence) => [sequence, Status.none, 0, 0, NaN])) };
}

function failed(sequence: number, message: string): ReplyFrame {
  const error = { name: "RangeError", message, code: "E_FAR", stack: "at far.js" };
  return { rows: Float64Array.of(sequence, Status.error, 0, 0, NaN), data: [error] };
}

test("send() gathers the calls of one turn in one frame, those of its microtasks included", async (t) => {
  const { channel, clock, frames, send } = makeChannel();
  send({ subject: "a" });
  await Promise.resolve();
  send({ subject: "b" });
  queueMicrotask(() => send({ subject: "c" }));
  await clock.settle();
  send({ subject: "d" });
  await clock.settle();
  t.deepEqual(
    frames.map(({ first, subjects }) => [first, subjects]),
    [
      [1, ["a", "b", "c"]],
      [4, ["d"]],
    ],
  );
  t.is(channel.inFlight, 4);
  t.is(channel.inFlightBytes, 40);
});

test("send() resolves with the entry that the reply brings, and counts it", async (t) => {
  const harness = makeChannel();
  const { channel, clock, send, statistics } = harness;
  harness.invoke = async () => {
    clock.block(25);
    return { rows: Float64Array.of(1, Status.entry, 0, 2, 77), bytes: Uint8Array.of(5, 6) };
  };
  const observer = makeObserver();
  const call = send({ observer });
  await clock.settle();
  t.deepEqual(call, { settled: 1, value: { value: Uint8Array.of(5, 6), expiresAt: 77 } });
  t.deepEqual(observer.succeededBytes, [2]);
  t.is(channel.inFlight, 0);
  t.is(channel.inFlightBytes, 0);
  const { succeeded, p50Ms = 0 } = statistics.snapshot(0, 0);
  t.is(succeeded, 1);
  t.true(Math.abs(p50Ms - 25) < 1);
});

test("settle() ends calls in any order, those of several frames at once", async (t) => {
  const { channel, clock, send, faults } = makeChannel();
  const calls = [send(), send()];
  await clock.settle();
  calls.push(send());
  await clock.settle();
  channel.settle(done(3, 1));
  await clock.settle();
  t.deepEqual(
    calls.map(({ settled }) => settled),
    [1, 0, 1],
  );
  channel.settle(done(2));
  await clock.settle();
  t.is(calls[1]?.settled, 1);
  t.deepEqual(faults, []);
});

test("send() rejects with what the backend failed with as cause", async (t) => {
  const { channel, clock, send, statistics } = makeChannel();
  const observer = makeObserver();
  const call = send({ observer, operation: Operation.put });
  await clock.advance(30);
  channel.settle(failed(1, "disk full"));
  await clock.settle();
  const error = narrow(call.error, BackendError);
  t.is(error.message, 'Storage backend "main" of plugin "redis" failed to put: disk full');
  t.like(error, { pluginName: "redis", backendId: "main", operation: "put", elapsedMs: 30 });
  t.like(error.cause, { name: "RangeError", message: "disk full", code: "E_FAR", stack: "at far.js" });
  t.deepEqual(observer.failures, [error]);
  t.like(statistics.snapshot(0, 0), { failed: 1, succeeded: 0, timedOut: 0 });
});

test("send() rejects within its budget, and the late result is taken without a second settling", async (t) => {
  const { channel, clock, send, statistics, faults } = makeChannel();
  const observer = makeObserver();
  const call = send({ observer });
  await clock.advance(CALL_MS - 1);
  t.is(call.settled, 0);
  await clock.advance(1 + LATE_MS);
  const error = narrow(call.error, BackendTimeoutError);
  t.regex(error.message, /^Storage backend "main" of plugin "redis" did not get within 5\d\d ms$/);
  t.like(error, { pluginName: "redis", backendId: "main", operation: "get" });
  t.true((error.elapsedMs ?? 0) >= CALL_MS);
  t.is(channel.inFlight, 1, "what the worker is not done with still counts");
  t.is(channel.inFlightBytes, 10);

  channel.settle(done(1));
  await clock.settle();
  t.is(call.settled, 1);
  t.is(channel.inFlight, 0);
  t.is(channel.inFlightBytes, 0);
  t.deepEqual(observer.succeededBytes, []);
  t.is(observer.failures.length, 1);
  t.like(statistics.snapshot(0, 0), { timedOut: 1, succeeded: 0, failed: 0 });
  t.deepEqual(faults, []);
});

test("A late error is taken without a second settling", async (t) => {
  const { channel, clock, send, faults } = makeChannel();
  const observer = makeObserver();
  const call = send({ observer });
  await clock.advance(CALL_MS + LATE_MS);
  channel.settle(failed(1, "late"));
  await clock.settle();
  t.true(call.error instanceof BackendTimeoutError);
  t.is(call.settled, 1);
  t.is(observer.failures.length, 1);
  t.deepEqual(faults, []);
});

test("send() gives each call its own budget", async (t) => {
  const { clock, send } = makeChannel();
  const short = send({}, 50);
  const long = send({}, 200);
  await clock.advance(50 + LATE_MS);
  t.is(short.settled, 1);
  t.is(long.settled, 0);
  await clock.advance(150);
  t.is(long.settled, 1);
});

test("A call that is answered leaves no deadline", async (t) => {
  const harness = makeChannel();
  const { clock, send } = harness;
  harness.invoke = async () => done(1);
  send();
  await clock.settle();
  await clock.advance(LATE_MS);
  t.is(clock.pending, 0);
});

test("send() refuses at once what is over the cap on calls, also where all callers have given up", async (t) => {
  const { channel, clock, send, statistics, frames } = makeChannel({
    limits: { inFlightCalls: 2, inFlightBytes: 10_000 },
  });
  send();
  send();
  await clock.advance(CALL_MS + LATE_MS);
  const observer = makeObserver();
  const refused = send({ observer });
  await clock.settle();
  const error = narrow(refused.error, BackendOverloadedError);
  t.is(
    error.message,
    'Cannot get in storage backend "main" of plugin "redis": ' +
      "expected at most 2 calls and 10000 bytes in flight: there are 2 calls and 20 bytes",
  );
  t.like(error, { pluginName: "redis", backendId: "main", operation: "get" });
  t.deepEqual(observer.failures, [], "a refusal says nothing of the backend");
  t.is(statistics.snapshot(0, 0).refused, 1);
  t.is(frames.length, 1);

  channel.settle(done(1));
  t.is(send().settled, 0);
  t.is(channel.inFlight, 2);
});

test("send() refuses at once what is over the cap on bytes, also where all callers have given up", async (t) => {
  const { channel, clock, send } = makeChannel({ limits: { inFlightCalls: 100, inFlightBytes: 100 } });
  send({ bytes: 60 });
  await clock.advance(CALL_MS + LATE_MS);
  const refused = send({ bytes: 41 });
  const admitted = send({ bytes: 40 });
  await clock.settle();
  t.true(refused.error instanceof BackendOverloadedError);
  t.is(admitted.settled, 0);
  t.is(channel.inFlightBytes, 100);
  channel.settle(done(1));
  t.is(channel.inFlightBytes, 40);
});

test("send() sends one call alone whatever it is expected to weigh", async (t) => {
  const { channel, clock, send } = makeChannel({ limits: { inFlightCalls: 100, inFlightBytes: 100 } });
  const large = send({ bytes: 101 });
  const refused = send({ bytes: 1 });
  await clock.settle();
  t.is(large.settled, 0);
  t.true(refused.error instanceof BackendOverloadedError);
  channel.settle(done(1));
  await clock.settle();
  t.is(large.settled, 1);
});

test("A frame that cannot be posted fails its calls and no others, and frees what they took", async (t) => {
  const harness = makeChannel();
  const { channel, clock, send, frames } = harness;
  const cause = new DOMException("cannot be cloned", "DataCloneError");
  harness.invoke = async () => {
    throw cause;
  };
  const observer = makeObserver();
  const calls = [send({ observer }), send({ observer })];
  await clock.settle();
  harness.invoke = async () => NO_RESULTS;
  const other = send();
  await clock.settle();
  for (const call of calls) {
    const error = narrow(call.error, BackendError);
    t.is(error.message, 'Cannot send get to plugin "redis": the call cannot be posted');
    t.like(error, { cause, pluginName: "redis", backendId: "main", operation: "get" });
  }
  t.is(observer.failures.length, 2);
  t.is(other.settled, 0);
  t.is(channel.inFlight, 1);
  t.is(frames.length, 2);
});

test("A frame that cannot be packed fails its calls", async (t) => {
  const { channel, clock, send, frames } = makeChannel();
  const call = send({ operation: Operation.putMany, subject: "no pairs" });
  await clock.settle();
  t.true(call.error instanceof BackendError);
  t.is(channel.inFlight, 0);
  t.is(frames.length, 0);
});

test("A call whose frame fails after its deadline is settled once", async (t) => {
  const harness = makeChannel();
  const { channel, clock, send } = harness;
  let reject: (error: Error) => void = () => t.fail();
  harness.invoke = () => new Promise((_resolve, no) => (reject = no));
  const call = send();
  await clock.advance(CALL_MS + LATE_MS);
  reject(new Error("late"));
  await clock.settle();
  t.is(call.settled, 1);
  t.true(call.error instanceof BackendTimeoutError);
  t.is(channel.inFlight, 0);
});

for (const [what, reply, fault] of [
  ["a result that answers no call", done(9), "a result answers no call (9)"],
  ["an error that answers no call", failed(9, "m"), "a result answers no call (9)"],
  [
    "entries that answer no call",
    { rows: Float64Array.of(9, 2, 0, 0, NaN), data: [[]] },
    "a result answers no call (9)",
  ],
  ["an entry for a put", { rows: Float64Array.of(1, 1, 0, 0, NaN) }, "a result is none of put"],
  [
    "a page for a put",
    { rows: Float64Array.of(1, 2, 0, 0, NaN), data: [{ keys: [] }] },
    "a result is none of put",
  ],
  ["entries for a put", { rows: Float64Array.of(1, 2, 0, 0, NaN), data: [[]] }, "a result is none of put"],
  ["too few entries", { rows: Float64Array.of(2, 2, 0, 0, NaN), data: [[]] }, "a result is none of getMany"],
  [
    "too many entries",
    { rows: Float64Array.of(2, 2, 0, 0, NaN), data: [[undefined, undefined]] },
    "a result has more entries than were asked for",
  ],
  ["nothing for a getMany", done(2), "a result is none of getMany"],
  [
    "a page for a get",
    { rows: Float64Array.of(3, 2, 0, 0, NaN), data: [{ keys: [] }] },
    "a result is none of get",
  ],
  ["no reply", undefined, "a reply is no object"],
] as [string, unknown, string][]) {
  test(`settle() reports ${what} as a fault, and ends no call by it`, async (t) => {
    const { channel, clock, send, faults } = makeChannel();
    const calls = [
      send({ operation: Operation.put }),
      send({ operation: Operation.getMany, subject: [["c", "k"]] }),
      send(),
    ];
    await clock.settle();
    channel.settle(reply);
    await clock.settle();
    t.deepEqual(faults, [fault]);
    t.deepEqual(
      calls.map(({ settled }) => settled),
      [0, 0, 0],
    );
    t.is(channel.inFlight, 3);
  });
}

test("settle() reports a second result of a call as a fault", async (t) => {
  const { channel, clock, send, faults } = makeChannel();
  const call = send();
  await clock.settle();
  channel.settle(done(1, 1));
  await clock.settle();
  t.is(call.settled, 1);
  t.deepEqual(faults, ["a result answers no call (1)"]);
});

test("end() rejects every call under way, sent or not, and every later one", async (t) => {
  const { channel, clock, send, statistics, frames, faults } = makeChannel();
  const observer = makeObserver();
  const sent = send({ observer });
  await clock.settle();
  const waiting = send({ observer, operation: Operation.purge });
  channel.end(
    ({ request, sequence }) => new PluginUnavailableError(`ended: ${request.operation} ${sequence}`),
  );
  const later = send({ observer });
  await clock.settle();
  t.deepEqual(
    [sent, waiting, later].map(({ settled, error }) => [settled, String(error)]),
    [
      [1, "PluginUnavailableError: ended: 1 1"],
      [1, "PluginUnavailableError: ended: 3 2"],
      [1, "PluginUnavailableError: ended: 1 3"],
    ],
  );
  t.is(observer.failures.length, 2, "a call that was never sent says nothing of the backend");
  t.is(statistics.snapshot(0, 0).failed, 2);
  t.is(channel.inFlight, 0);
  t.is(channel.inFlightBytes, 0);
  t.is(frames.length, 1);
  channel.settle(done(1, 2));
  t.deepEqual(faults, [], "replies may still lie in the port's queue");
  await clock.advance(CALL_MS + LATE_MS);
  t.is(clock.pending, 0);
  t.is(sent.settled, 1);
});

test("end() settles no call again whose deadline had passed, and only the first end counts", async (t) => {
  const { channel, clock, send } = makeChannel();
  const observer = makeObserver();
  const expired = send({ observer });
  await clock.advance(CALL_MS + LATE_MS);
  channel.end(() => new PluginUnavailableError("first"));
  channel.end(() => new ClosedError("second"));
  const later = send();
  await clock.settle();
  t.is(expired.settled, 1);
  t.true(expired.error instanceof BackendTimeoutError);
  t.is(observer.failures.length, 1);
  t.is(String(later.error), "PluginUnavailableError: first");
});

test("send() rejects after the deadlines are closed", async (t) => {
  const { clock, deadlines, send, channel, frames } = makeChannel();
  deadlines.close();
  const call = send();
  await clock.settle();
  t.true(call.error instanceof ClosedError);
  t.is(channel.inFlight, 0);
  t.is(frames.length, 0);
});

test("idle() resolves when no caller waits any more, answered or not", async (t) => {
  const { channel, clock, send } = makeChannel();
  let idle = 0;
  void channel.idle().then(() => (idle += 1));
  await clock.settle();
  t.is(idle, 1, "with no calls it is idle at once");
  send({}, 100);
  send({}, 200);
  void channel.idle().then(() => (idle += 1));
  await clock.settle();
  t.is(idle, 1);
  channel.settle(done(1));
  await clock.settle();
  t.is(idle, 1);
  await clock.advance(200 + LATE_MS);
  t.is(idle, 2, "nobody waits for a call whose deadline has passed");
  t.is(channel.inFlight, 1);
});

test("idle() resolves at the end", async (t) => {
  const { channel, clock, send } = makeChannel();
  send();
  let isIdle = false;
  void channel.idle().then(() => (isIdle = true));
  channel.end(() => new PluginUnavailableError("ended"));
  await clock.settle();
  t.true(isIdle);
});

test("overdue() answers calls long past their deadline, oldest first, until the worker is done with them", async (t) => {
  const { channel, clock, send } = makeChannel();
  send({ subject: "slow" }, 100);
  send({ subject: "quick" }, 50);
  await clock.advance(100 + LATE_MS);
  t.deepEqual(channel.overdue(1000), []);
  await clock.advance(1000);
  send({ subject: "new" }, 50);
  await clock.advance(50 + LATE_MS);
  t.deepEqual(
    channel.overdue(1000).map(({ request }) => request.subject),
    ["quick", "slow"],
  );
  channel.settle(done(2));
  t.deepEqual(
    channel.overdue(1000).map(({ request }) => request.subject),
    ["slow"],
  );
  channel.end(() => new PluginUnavailableError("ended"));
  t.deepEqual(channel.overdue(0), []);
});

test("find() and begun() answer calls that the worker is not done with", async (t) => {
  const { channel, clock, send } = makeChannel();
  for (const subject of ["a", "b", "c", "d"]) send({ subject });
  await clock.settle();
  channel.settle(done(2));
  t.is(channel.find(1)?.request.subject, "a");
  t.is(channel.find(2), undefined);
  t.is(channel.find(0), undefined);
  const subjectsOf = (received: number | "all", limit: number): unknown[] =>
    channel.begun(received, limit).map(({ request }) => request.subject);
  t.deepEqual(subjectsOf(0, 10), []);
  t.deepEqual(subjectsOf(2, 10), ["a"]);
  t.deepEqual(subjectsOf(3, 10), ["a", "c"]);
  t.deepEqual(subjectsOf(4, 2), ["a", "c"]);
  t.deepEqual(subjectsOf("all", 10), ["a", "c", "d"]);
  t.deepEqual(subjectsOf("all", 2), ["a", "c"]);
});

test("Numbers begin anew past a call that never ends, whose late result is its own", async (t) => {
  const { channel, clock, send, frames, faults } = makeChannel({ sequence: new Sequence(4) });
  send({ subject: "first" });
  const stuck = send({ subject: "stuck" });
  await clock.settle();
  channel.settle(done(1));
  const calls = ["a", "b", "c"].map((subject) => send({ subject }));
  await clock.settle();
  channel.settle(done(3, 4));
  calls.push(send({ subject: "d" }));
  await clock.settle();
  t.deepEqual(
    frames.map(({ first, subjects }) => [first, subjects]),
    [
      [1, ["first", "stuck"]],
      // What is waiting leaves before the numbers begin anew: those of a frame follow each other.
      [3, ["a", "b"]],
      [1, ["c"]],
      [3, ["d"]],
    ],
  );
  channel.settle(done(2, 1, 3));
  await clock.settle();
  for (const { settled } of [stuck, ...calls]) t.is(settled, 1);
  t.is(channel.inFlight, 0);
  t.deepEqual(faults, []);
});

test("begun() knows the order of calls across new numbers", async (t) => {
  const { channel, clock, send } = makeChannel({ sequence: new Sequence(100) });
  for (let count = 0; count < 98; count += 1) send();
  await clock.settle();
  channel.settle(done(...Array.from({ length: 98 }, (_, index) => index + 1)));
  for (const subject of ["99", "100", "1", "2"]) send({ subject });
  await clock.settle();
  t.deepEqual(
    channel.begun(1, 10).map(({ request }) => request.subject),
    ["99", "100", "1"],
  );
});

/** The error, which must be of that class. */
function narrow<T extends Error>(error: unknown, expected: new (message: string) => T): T {
  if (error instanceof expected) return error;
  throw new TypeError(`expected ${expected.name}: received ${String(error)}`);
}

/** What may happen to a channel. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ send: fc.integer({ min: 10, max: 300 }), bytes: fc.nat(40) }) },
  { weight: 3, arbitrary: fc.record({ answer: fc.nat(20), isError: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ wait: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.constant({ breakFrame: true }) },
);

testProp(
  "Every call settles exactly once and the counts are those of what is out, whatever happens in whatever order",
  [fc.array(step, { maxLength: 40 })],
  async (t, steps) => {
    const limits = { inFlightCalls: 5, inFlightBytes: 120 };
    const harness = makeChannel({ limits, sequence: new Sequence(50) });
    const { channel, clock, faults, frames, send } = harness;
    const calls: Settling[] = [];
    const out: number[] = [];
    let isBroken = false;
    harness.invoke = async ({ first, subjects }) => {
      if (isBroken) throw new Error("broken");
      for (let index = 0; index < subjects.length; index += 1) out.push(first + index);
      return NO_RESULTS;
    };
    for (const one of steps) {
      if ("send" in one) calls.push(send({ bytes: one.bytes }, one.send));
      else if ("wait" in one) await clock.advance(one.wait);
      else if ("breakFrame" in one) isBroken = !isBroken;
      else {
        await clock.settle();
        const [sequence] = out.splice(one.answer % Math.max(out.length, 1), 1);
        if (sequence !== undefined) channel.settle(one.isError ? failed(sequence, "no") : done(sequence));
      }
      t.true(channel.inFlight <= limits.inFlightCalls);
      t.true(channel.inFlightBytes <= limits.inFlightBytes);
    }
    await clock.settle();
    t.is(channel.inFlight, out.length);
    await clock.advance(300 + LATE_MS);
    for (const { settled } of calls) t.is(settled, 1);
    await channel.idle();
    channel.end(() => new PluginUnavailableError("ended"));
    await clock.settle();
    for (const { settled } of calls) t.is(settled, 1);
    t.is(channel.inFlightBytes, 0);
    t.deepEqual(faults, []);
    t.true(frames.every(({ rows, subjects }) => rows.length / subjects.length > RESULT_COLUMNS));
  },
  { numRuns: 60 },
);
