import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { WriteVersion } from "../../../src/host/cache/write-version.js";
import { FakeClock } from "../../support/fake-clock.js";

testProp(
  "next() always rises, whatever the time on the wall does",
  [
    fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -1e12, max: 1e12 })), {
      minLength: 1,
      maxLength: 100,
    }),
  ],
  (t, jumps) => {
    const clock = new FakeClock();
    const versions = new WriteVersion(clock);
    let last = 0;
    for (const jump of jumps) {
      clock.jump(jump);
      const version = versions.next();
      t.true(Number.isSafeInteger(version) && version > last);
      last = version;
    }
  },
);

test("next() rises over a restart a millisecond later, after thousands of writes in one", (t) => {
  const clock = new FakeClock(Date.UTC(2030, 0));
  const former = new WriteVersion(clock);
  let last = 0;
  for (let count = 0; count < 4096; count += 1) last = former.next();
  clock.jump(1);
  t.true(new WriteVersion(clock).next() > last);
});

test("next() begins at 1 on a clock that was never set", (t) => {
  t.is(new WriteVersion(new FakeClock(0)).next(), 1);
});

test("next() does not believe a time beyond the year 2095", (t) => {
  const clock = new FakeClock(Date.UTC(2500, 0));
  const versions = new WriteVersion(clock);
  t.is(versions.next(), 1);
  clock.jump(Date.UTC(2030, 0) - Date.UTC(2500, 0));
  t.is(versions.next(), new WriteVersion(clock).next());
});

test("next() stays a safe integer through the year 2094", (t) => {
  t.true(Number.isSafeInteger(new WriteVersion(new FakeClock(Date.UTC(2094, 11, 31))).next()));
});
