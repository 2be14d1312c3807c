import { fc } from "@fast-check/ava";
import test from "ava";

import { Budget } from "../../../src/mojang/upstream/budget.js";
import type { Priority } from "../../../src/mojang/upstream/priority.js";
import { FakeClock } from "../../support/fake-clock.js";

function takeAll(budget: Budget, priority: Priority): number {
  let taken = 0;
  while (taken < 1000 && budget.take(priority)) taken += 1;
  return taken;
}

test("take() lets half of the limit through at once, and as much again over its time", async (t) => {
  const clock = new FakeClock();
  const budget = new Budget({ requests: 20, per: 10_000 }, clock);
  t.is(takeAll(budget, "first"), 10);
  t.is(budget.left, 0);
  await clock.advance(1_000);
  t.is(takeAll(budget, "first"), 1);
  await clock.advance(60_000);
  t.is(takeAll(budget, "first"), 10, "it does not gather more than it holds");
});

test("take() leaves half of what there is to those who are first", (t) => {
  const budget = new Budget({ requests: 20, per: 10_000 }, new FakeClock());
  t.is(takeAll(budget, "refresh"), 5);
  t.is(takeAll(budget, "first"), 5);
});

test("take() leaves a quarter of what there is beside lists of names", (t) => {
  const budget = new Budget({ requests: 40, per: 10_000 }, new FakeClock());
  t.is(takeAll(budget, "bulk"), 15);
  t.false(budget.take("refresh"));
  t.is(takeAll(budget, "first"), 5);
});

test("giveBack() has a token taken again, and never more than there are", (t) => {
  const budget = new Budget({ requests: 20, per: 10_000 }, new FakeClock());
  budget.giveBack();
  t.is(budget.left, 10);
  t.is(takeAll(budget, "first"), 10);
  budget.giveBack();
  t.is(takeAll(budget, "first"), 1);
});

test("take() never refuses a login until as much is owed as it holds, and others wait until that is paid", async (t) => {
  const clock = new FakeClock();
  const budget = new Budget({ requests: 20, per: 10_000 }, clock);
  t.is(takeAll(budget, "login"), 20);
  t.is(budget.left, -10);
  t.false(budget.take("first"));
  await clock.advance(budget.waitMs("first") - 1);
  t.false(budget.take("first"));
  await clock.advance(1);
  t.true(budget.take("first"));
});

test("the smallest budget refreshes too", (t) => {
  t.true(new Budget({ requests: 2, per: 1000 }, new FakeClock()).take("refresh"));
});

test("waitMs() says when take() succeeds, to the millisecond", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 500 }),
      fc.integer({ min: 1, max: 100_000 }),
      fc.constantFrom<Priority>("first", "bulk", "refresh", "login"),
      async (requests, per, priority) => {
        const clock = new FakeClock();
        const budget = new Budget({ requests, per }, clock);
        takeAll(budget, "login");
        const waitMs = budget.waitMs(priority);
        // A thousandth of a token is lost in adding small parts.
        await clock.advance(waitMs + 1);
        return budget.take(priority);
      },
    ),
    { numRuns: 50 },
  );
  t.pass();
});

test("waitMs() of many is until all of them can be sent, or until there are as many as there ever are", async (t) => {
  const clock = new FakeClock();
  const budget = new Budget({ requests: 40, per: 10_000 }, clock);
  t.is(budget.waitMs("bulk", 15), 0);
  takeAll(budget, "bulk");
  t.is(budget.waitMs("bulk", 4), 2_000);
  const waitMs = budget.waitMs("bulk", 10_000);
  t.is(waitMs, 7_500);
  await clock.advance(waitMs + 1);
  t.is(takeAll(budget, "bulk"), 15);
});

test("no window of its time sees more than the limit, wherever it begins", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 30 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }),
      async (requests, pauses) => {
        const clock = new FakeClock();
        const budget = new Budget({ requests, per: 1000 }, clock);
        const sent: number[] = [];
        for (const pauseMs of pauses) {
          await clock.advance(pauseMs);
          const count = takeAll(budget, "first");
          sent.push(...Array.from({ length: count }, () => clock.monotonic()));
        }
        return sent.every((from) => sent.filter((at) => at >= from && at < from + 1000).length <= requests);
      },
    ),
    { numRuns: 100 },
  );
  t.pass();
});
