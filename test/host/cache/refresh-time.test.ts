import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { MAX_TIME_MS } from "../../../src/host/cache/envelope.js";
import { refreshTime } from "../../../src/host/cache/refresh-time.js";

testProp(
  "the time is refreshAhead before the end, less up to half of that, and always the same of one version",
  [fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 2 ** 53 - 1 })],
  (t, aheadMs, version) => {
    const freshUntil = 2e12;
    const at = refreshTime(freshUntil, aheadMs, version);
    t.true(at >= freshUntil - aheadMs && at <= freshUntil - aheadMs / 2, `${at - freshUntil}`);
    t.is(refreshTime(freshUntil, aheadMs, version), at);
  },
);

test("versions that follow each other are spread evenly", (t) => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let version = 1e15; version < 1e15 + 10_000; version += 1) {
    const tenth = Math.floor((refreshTime(2e12, 2000, version) - (2e12 - 2000)) / 100);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  t.is(tenths.length, 10);
  t.true(
    tenths.every((count) => count > 800 && count < 1200),
    tenths.join(" "),
  );
});

test("without refreshAhead, or an end, it never comes", (t) => {
  t.is(refreshTime(2e12, 0, 1), MAX_TIME_MS);
  t.is(refreshTime(MAX_TIME_MS, 1000, 1), MAX_TIME_MS);
});
