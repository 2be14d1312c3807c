import test from "ava";
import { RefreshRetries } from "../../../src/host/cache/refresh-retries.js";

const TIMES = { writeVersion: 1, storedAt: 0, freshUntil: 1000 } as never;
const NEWER = { writeVersion: 2, storedAt: 0, freshUntil: 1000 } as never;

test("what has not failed is due", (t) => {
  const retries = new RefreshRetries();
  t.true(retries.isDue("a", 0, TIMES));
  retries.failed("a", 600, TIMES);
  t.true(retries.isDue("b", 600, TIMES));
});

test("what has failed is due after half the time that is left, and the half of that", (t) => {
  const retries = new RefreshRetries();
  retries.failed("a", 600, TIMES);
  t.false(retries.isDue("a", 799, TIMES));
  t.true(retries.isDue("a", 800, TIMES));
  retries.failed("a", 800, TIMES);
  t.false(retries.isDue("a", 899, TIMES));
  t.true(retries.isDue("a", 900, TIMES));
});

test("a value that was written since is due", (t) => {
  const retries = new RefreshRetries();
  retries.failed("a", 600, TIMES);
  t.true(retries.isDue("a", 600, NEWER));
});

test("it takes no memory until a refresh has failed", (t) => {
  const before = process.memoryUsage().heapUsed;
  const all = Array.from({ length: 200 }, () => new RefreshRetries());
  for (const retries of all) {
    t.true(retries.isDue("a", 0, TIMES));
    // Past its freshness, whose next get loads it anyway.
    retries.failed("a", 1000, TIMES);
  }
  // The room for ten thousand keys is some 200 KB.
  t.true((process.memoryUsage().heapUsed - before) / all.length < 20_000);
});
