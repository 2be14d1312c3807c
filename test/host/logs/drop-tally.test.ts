import test from "ava";
import { DropTally } from "../../../src/host/logs/drop-tally.js";
import { FakeClock } from "../../support/fake-clock.js";

function createTally(): { tally: DropTally; reports: number[]; clock: FakeClock } {
  const clock = new FakeClock();
  const reports: number[] = [];
  return { tally: new DropTally(clock, (count) => reports.push(count)), reports, clock };
}

test("DropTally reports at once, then what comes within a second together", async (t) => {
  const { tally, reports, clock } = createTally();
  tally.add(1);
  t.deepEqual(reports, [1]);
  tally.add(2);
  tally.add(3);
  await clock.advance(999);
  t.deepEqual(reports, [1]);
  await clock.advance(1);
  t.deepEqual(reports, [1, 5]);
});

test("DropTally reports nothing about nothing, and leaves no timer behind", async (t) => {
  const { tally, reports, clock } = createTally();
  tally.add(0);
  t.is(clock.pending, 0);
  tally.add(1);
  tally.add(0);
  await clock.advance(10_000);
  t.deepEqual(reports, [1]);
  t.is(clock.pending, 0);
});

test("DropTally reports the rest at its end, and leaves no timer behind", (t) => {
  const { tally, reports, clock } = createTally();
  tally.add(1);
  tally.add(2);
  tally.end();
  tally.end();
  t.deepEqual(reports, [1, 2]);
  t.is(clock.pending, 0);
});
