import test from "ava";

import { ByteBudget } from "../../src/server/byte-budget.js";

test("ByteBudget takes up to its limit and not a byte more", (t) => {
  const budget = new ByteBudget(10);
  budget.take(4);
  budget.take(6);
  t.like(
    t.throws(() => budget.take(1)),
    { status: 503, code: "STOCKPILE_SERVER_BUSY" },
  );
  t.is(budget.bytes, 10, "what was refused is not counted");
  budget.release(6);
  budget.take(6);
  t.is(budget.bytes, 10);
});
