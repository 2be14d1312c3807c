import test from "ava";
import { Phase } from "../../../src/contract/pulse.js";
import type { CallRequest } from "../../../src/host/calls/call.js";
import type { LifeEnd } from "../../../src/host/life/life.js";
import { WATCH_MS, Watch } from "../../../src/host/plugins/watch.js";
import { FakeClock } from "../../support/fake-clock.js";
import { makeRequest } from "../calls/make-call.js";
import { makeSilentChannel } from "../calls/make-silent-channel.js";
import { FakeLife } from "./fake-life.js";

const MB = 1024 * 1024;
const HANG_MS = 5000;
const LIMITS = { startMs: 60_000, hangMs: HANG_MS, memoryMb: 100, inFlightCalls: 10, inFlightBytes: 1000 };

interface Harness {
  readonly clock: FakeClock;
  readonly life: FakeLife;
  readonly watch: Watch;
  readonly ends: LifeEnd[];
  readonly send: (request?: Partial<CallRequest>) => void;
}

/** A life that serves, and its watch. */
function makeWatch({ isInspected = false } = {}): Harness {
  const clock = new FakeClock();
  const life = new FakeLife({ onEnd: () => {} } as unknown as FakeLife["options"], clock); // asked for no more here
  life.pulse.phase = Phase.serve;
  const channel = makeSilentChannel(clock, LIMITS);
  const ends: LifeEnd[] = [];
  const watch: Watch = new Watch({
    life,
    channel,
    clock,
    limits: LIMITS,
    isInspected,
    isServing: () => life.pulse.phase === Phase.serve,
    onEnd: (end) => {
      ends.push(end);
      watch.stop();
    },
  });
  const send = (request: Partial<CallRequest> = {}): void => {
    channel.send(makeRequest(request), 100).catch(() => undefined); // its deadline passes
  };
  return { clock, life, watch, ends, send };
}

test("Watch leaves a life alone whose loop turns", async (t) => {
  const { clock, watch, ends } = makeWatch();
  await clock.advance(2 * HANG_MS);
  t.deepEqual(ends, []);
  t.is(watch.blockedMs, 0);
});

test("Watch ends a life whose loop has been blocked for the limit, and not before", async (t) => {
  const { clock, life, watch, ends } = makeWatch();
  await clock.advance(1000);
  life.isBlocked = true;
  await clock.advance(HANG_MS - WATCH_MS);
  t.deepEqual(ends, []);
  t.true(watch.blockedMs >= HANG_MS - 3 * WATCH_MS);
  await clock.advance(3 * WATCH_MS);
  t.is(ends.length, 1);
  t.like(ends[0], { kind: "hang" });
  t.regex(ends[0]?.message ?? "", /^The plugin's event loop has been blocked for 50\d\d ms$/);
});

test("Watch leaves a life alone that a debugger may hold, and its memory alone where it would be a guess", async (t) => {
  const { clock, life, send, watch, ends } = makeWatch({ isInspected: true });
  life.canMeasure = false;
  for (let calls = 0; calls < 9; calls += 1) send();
  await clock.advance(1000);
  life.isBlocked = true;
  await clock.advance(10 * HANG_MS);
  t.deepEqual(ends, []);
  t.true(watch.blockedMs > HANG_MS);
});

test("Watch ends a life that a debugger holds where it is seen to use more than its memory", async (t) => {
  const { clock, life, ends } = makeWatch({ isInspected: true });
  life.isBlocked = true;
  life.measured = { heapBytes: 200 * 1024 * 1024, externalBytes: 0 };
  await clock.advance(HANG_MS);
  t.like(ends[0], { kind: "memory" });
});

test("Watch begins anew once the loop has turned", async (t) => {
  const { clock, life, watch, ends } = makeWatch();
  for (let count = 0; count < 3; count += 1) {
    life.isBlocked = true;
    await clock.advance(HANG_MS - 2 * WATCH_MS);
    life.isBlocked = false;
    await clock.advance(2 * WATCH_MS);
    t.is(watch.blockedMs, 0);
  }
  t.deepEqual(ends, []);
});

test("Watch condemns nobody for time in which the host itself stood still", async (t) => {
  const { clock, life, watch, ends } = makeWatch();
  await clock.advance(1000);
  clock.block(10 * HANG_MS);
  await clock.advance(0);
  t.deepEqual(ends, [], "a plugin that had stopped with the host, as by SIGSTOP");
  t.true(watch.blockedMs <= 2 * WATCH_MS);
  await clock.advance(1000);
  t.deepEqual(ends, []);
  t.is(watch.blockedMs, 0);

  life.isBlocked = true;
  for (let stalls = 0; stalls < 5; stalls += 1) {
    clock.block(HANG_MS);
    await clock.advance(0);
  }
  t.deepEqual(ends, [], "five looks are not five times the limit");
  await clock.advance(HANG_MS);
  t.is(ends.length, 1);
});

test("Watch does not notice that the time on the wall jumps", async (t) => {
  const { clock, ends } = makeWatch();
  clock.jump(86_400_000);
  await clock.advance(200);
  clock.jump(-2 * 86_400_000);
  await clock.advance(200);
  t.deepEqual(ends, []);
});

for (const phase of ["boot", "import", "initialize"] as const) {
  test(`Watch ends no life for a blocked loop in phase ${phase}: the start has a limit of its own`, async (t) => {
    const { clock, life, watch, ends } = makeWatch();
    life.pulse.phase = Phase[phase];
    await clock.advance(WATCH_MS);
    life.isBlocked = true;
    await clock.advance(2 * HANG_MS);
    t.deepEqual(ends, []);
    t.true(watch.blockedMs > HANG_MS);
    life.pulse.phase = Phase.serve;
    await clock.advance(WATCH_MS);
    t.deepEqual(ends, [], "what blocked the start has no bearing on the loop of a plugin that is ready");
    await clock.advance(HANG_MS + WATCH_MS);
    t.is(ends.length, 1);
  });
}

test("Watch ends a life that stays over its memory for a second, in any phase", async (t) => {
  const { clock, life, ends } = makeWatch();
  life.pulse.phase = Phase.import;
  await clock.advance(WATCH_MS);
  life.pulse.recordMemory(60 * MB, 41 * MB);
  await clock.advance(1000 - WATCH_MS);
  t.deepEqual(ends, []);
  await clock.advance(WATCH_MS);
  t.deepEqual(ends, [
    { kind: "memory", message: "The plugin uses more than its 100 MB: 60 MB of heap and 41 MB outside it" },
  ]);
});

test("Watch leaves a life alone whose memory is collected again in time", async (t) => {
  const { clock, life, ends } = makeWatch();
  for (let gusts = 0; gusts < 5; gusts += 1) {
    life.pulse.recordMemory(200 * MB, 0);
    await clock.advance(900);
    life.pulse.recordMemory(50 * MB, 0);
    await clock.advance(WATCH_MS);
  }
  t.deepEqual(ends, []);
});

test("Watch ends a life that is over its memory while its loop is blocked, and sooner", async (t) => {
  const { clock, life, ends } = makeWatch();
  await clock.advance(WATCH_MS);
  life.isBlocked = true;
  life.measured = { heapBytes: 200 * MB, externalBytes: 0 };
  await clock.advance(200);
  t.deepEqual(ends, []);
  await clock.advance(3 * WATCH_MS);
  t.like(ends[0], { kind: "memory" });
});

test("Watch leaves a life alone that is at its limit of memory", async (t) => {
  const { clock, life, ends } = makeWatch();
  life.pulse.recordMemory(100 * MB, 0);
  await clock.advance(1000);
  t.deepEqual(ends, []);
});

test("Watch ends a life half of whose quota of calls is taken by calls that never end", async (t) => {
  const { clock, ends, send } = makeWatch();
  for (let count = 0; count < 4; count += 1) send();
  await clock.advance(2 * HANG_MS);
  t.deepEqual(ends, [], "less than half");
  send({ category: "new" });
  await clock.advance(HANG_MS);
  t.deepEqual(ends, [], "the fifth is not late enough");
  await clock.advance(500);
  t.deepEqual(ends, [{ kind: "hang", message: '5 calls never ended, the oldest a get in category "c"' }]);
});

test("Watch ends a life for a write that never ends and that later writes wait for, and blames that one alone", async (t) => {
  const { clock, ends, send } = makeWatch();
  let isAwaited = false;
  send({});
  const onReleased = Object.assign(() => {}, { isAwaited: () => isAwaited });
  send({ onReleased });
  await clock.advance(3 * HANG_MS);
  t.deepEqual(ends, [], "nothing waits for it");
  isAwaited = true;
  await clock.advance(WATCH_MS);
  const message = 'Later writes wait for a get in category "c" that never ended';
  t.deepEqual(ends, [{ kind: "hang", message, culprit: 2 }]);
});

test("Watch ends a life half of whose quota of bytes is taken by calls that never end", async (t) => {
  const { clock, ends, send } = makeWatch();
  send({ bytes: 499 });
  await clock.advance(2 * HANG_MS);
  t.deepEqual(ends, [], "less than half");
  send({ bytes: 1 });
  await clock.advance(HANG_MS + 500);
  t.deepEqual(ends, [{ kind: "hang", message: '2 calls never ended, the oldest a get in category "c"' }]);
});

test("Watch leaves a life alone that is busy with calls whose callers still wait", async (t) => {
  const { clock, ends, send } = makeWatch();
  for (let count = 0; count < 10; count += 1) send({ bytes: 100 });
  await clock.advance(HANG_MS);
  t.deepEqual(ends, []);
});

test("Watch reads the share of busy time once a second", async (t) => {
  const { clock, life, watch } = makeWatch();
  t.is(watch.utilization, 0);
  await clock.advance(1000);
  t.is(watch.utilization, 0.25);
  life.utilization = () => 0.5;
  await clock.advance(900);
  t.is(watch.utilization, 0.25);
  await clock.advance(100);
  t.is(watch.utilization, 0.5);
});

test("stop() leaves no timer", async (t) => {
  const { clock, life, watch, ends } = makeWatch();
  await clock.advance(1000);
  watch.stop();
  watch.stop();
  await life.end(0, () => {});
  t.is(clock.pending, 0);
  t.deepEqual(ends, []);
});
