import test from "ava";
import { LoopShare, MAX_OWED_MS } from "../../../src/host/life/loop-share.js";
import { FakeClock } from "../../support/fake-clock.js";

interface Load {
  /** Of each 100 ms, how many are spent on frames. */
  readonly spentMs: number;
  readonly results?: number;
}

/** Spends for a minute; answers after how many ms it was too much. */
function overdrawnAfter({ spentMs, results = 0 }: Load): number | undefined {
  const clock = new FakeClock();
  const share = new LoopShare(clock.monotonic());
  for (let passedMs = 100; passedMs <= 60_000; passedMs += 100) {
    clock.block(100);
    share.answer(results);
    share.spend(spentMs, clock.monotonic());
    if (share.isOverdrawn) return passedMs;
  }
  return undefined;
}

test("all of the loop is too much after some seconds, half of it later, a fifth never", (t) => {
  t.is(overdrawnAfter({ spentMs: 100 }), 2700);
  t.is(overdrawnAfter({ spentMs: 50 }), 8100);
  t.is(overdrawnAfter({ spentMs: 20 }), undefined);
});

test("results of calls may take all of the loop, where each takes little", (t) => {
  t.is(overdrawnAfter({ spentMs: 100, results: 500 }), undefined);
  t.is(overdrawnAfter({ spentMs: 100, results: 10 }), 2800);
});

test("what results have not taken pays for no other frame", (t) => {
  const clock = new FakeClock();
  const share = new LoopShare(clock.monotonic());
  let passedMs = 0;
  for (; passedMs < 60_000 && !share.isOverdrawn; passedMs += 1000) {
    for (let results = 0; results < 4000; results += 40) {
      clock.block(2);
      share.answer(40);
      share.spend(0.1, clock.monotonic());
    }
    clock.block(800);
    share.spend(800, clock.monotonic());
  }
  t.is(passedMs, 4000);
});

test("one frame that takes long is not too much, and results that took nothing are not saved up", (t) => {
  const clock = new FakeClock();
  const share = new LoopShare(clock.monotonic());
  share.answer(1_000_000);
  share.spend(0, clock.monotonic());
  share.spend(MAX_OWED_MS, clock.monotonic());
  t.false(share.isOverdrawn);
  share.spend(1, clock.monotonic());
  t.true(share.isOverdrawn);
});
