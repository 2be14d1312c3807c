import test from "ava";
import { ReportBudget } from "../../../src/host/reports/report-budget.js";
import { FakeClock } from "../../support/fake-clock.js";

test("ReportBudget grants 50 at once, then one in five seconds, and counts what it refuses", async (t) => {
  const clock = new FakeClock();
  const budget = new ReportBudget(clock);
  const taken = Array.from({ length: 60 }, () => budget.take());
  t.deepEqual(
    taken,
    Array.from({ length: 60 }, (_, index) => (index < 50 ? 0 : undefined)),
  );
  await clock.advance(4999);
  t.is(budget.take(), undefined);
  await clock.advance(1);
  t.is(budget.take(), 11);
  t.is(budget.take(), undefined);
  await clock.advance(3_600_000);
  t.is(Array.from({ length: 60 }, () => budget.take()).filter((each) => each !== undefined).length, 50);
});
