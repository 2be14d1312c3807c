import test from "ava";
import { RecentHistogram } from "../../src/host/recent-histogram.js";
import { FakeClock } from "../support/fake-clock.js";

test("percentiles() is undefined where nothing was recorded", (t) => {
  t.is(new RecentHistogram(new FakeClock()).percentiles(), undefined);
});

test("percentiles() answers the durations that 50, 95 and 99 % did not exceed, within 1 %", (t) => {
  const histogram = new RecentHistogram(new FakeClock());
  for (let ms = 1; ms <= 1000; ms += 1) histogram.record(ms);
  const { p50Ms, p95Ms, p99Ms } = histogram.percentiles() ?? t.fail();
  t.true(isAbout(p50Ms, 500), `${p50Ms}`);
  t.true(isAbout(p95Ms, 950), `${p95Ms}`);
  t.true(isAbout(p99Ms, 990), `${p99Ms}`);
});

test("record() takes fractions of a millisecond", (t) => {
  const histogram = new RecentHistogram(new FakeClock());
  histogram.record(0.042);
  t.deepEqual(histogram.percentiles(), { p50Ms: 0.042, p95Ms: 0.042, p99Ms: 0.042 });
});

for (const ms of [0, -1, Number.NaN, 1e-9]) {
  test(`record(${ms}) counts as one microsecond`, (t) => {
    const histogram = new RecentHistogram(new FakeClock());
    histogram.record(ms);
    t.is(histogram.percentiles()?.p99Ms, 0.001);
  });
}

for (const ms of [86_400_000, Infinity]) {
  test(`record(${ms}) counts as ten minutes`, (t) => {
    const histogram = new RecentHistogram(new FakeClock());
    histogram.record(ms);
    t.true(isAbout(histogram.percentiles()?.p99Ms, 600_000));
  });
}

test("percentiles() covers the half window before as well as the current one", async (t) => {
  const clock = new FakeClock();
  const histogram = new RecentHistogram(clock, 1000);
  for (let count = 0; count < 60; count += 1) histogram.record(1);
  await clock.advance(500);
  for (let count = 0; count < 40; count += 1) histogram.record(100);
  const { p50Ms, p95Ms } = histogram.percentiles() ?? t.fail();
  t.true(isAbout(p50Ms, 1), `${p50Ms}`);
  t.true(isAbout(p95Ms, 100), `${p95Ms}`);
});

test("percentiles() forgets what is older than the window", async (t) => {
  const clock = new FakeClock();
  const histogram = new RecentHistogram(clock, 1000);
  histogram.record(100);
  await clock.advance(500);
  histogram.record(1);
  await clock.advance(500);
  t.true(isAbout(histogram.percentiles()?.p99Ms, 1));
  await clock.advance(500);
  t.is(histogram.percentiles(), undefined);
});

test("percentiles() forgets everything after a silence as long as the window", async (t) => {
  const clock = new FakeClock();
  const histogram = new RecentHistogram(clock, 1000);
  histogram.record(100);
  await clock.advance(1000);
  t.is(histogram.percentiles(), undefined);
  histogram.record(2);
  t.true(isAbout(histogram.percentiles()?.p50Ms, 2));
});

/** Within 1 %: the histogram keeps two significant figures. */
function isAbout(actualMs: number | undefined, expectedMs: number): boolean {
  return actualMs !== undefined && Math.abs(actualMs - expectedMs) <= expectedMs * 0.01;
}
