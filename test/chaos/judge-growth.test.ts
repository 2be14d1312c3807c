/** A figure that grows is told from one that wanders. */
import test from "ava";
import { seededRandom } from "../../chaos/cells/random.js";
import type { Sample } from "../../chaos/host/take-sample.js";
import { medianOf, slopeOf } from "../../chaos/soak/growth.js";
import { complainOfSamples, grows, judgeGrowth } from "../../chaos/soak/judge-growth.js";

const SAMPLE: Sample = {
  rssMb: 120,
  heapMb: 20,
  externalMb: 3,
  threads: 12,
  children: 1,
  descriptors: 30,
  handles: 8,
  timers: 3,
};
const COUNT = 200;

function growing(change: (index: number) => Partial<Sample>): string[] {
  const samples = Array.from({ length: COUNT }, (_, index) => ({ ...SAMPLE, ...change(index) }));
  return judgeGrowth(samples)
    .filter(grows)
    .map(({ figure }) => figure);
}

test("slopeOf() is the slope of most points, whatever a few are", (t) => {
  const line = Array.from({ length: 50 }, (_, index) => 3 + index * 2);
  t.is(slopeOf(line), 2);
  for (const outlier of [5, 17, 30, 44]) line[outlier] = 1000;
  t.true(Math.abs(slopeOf(line) - 2) < 0.2);
  t.deepEqual(
    [slopeOf([]), slopeOf([7]), medianOf([]), medianOf([4, 1, 2]), medianOf([1, 2])],
    [0, 0, 0, 2, 1.5],
  );
});

test("judgeGrowth() finds nothing where figures stay, wander or grow at first only", (t) => {
  const random = seededRandom(7);
  t.deepEqual(
    growing(() => ({})),
    [],
  );
  t.deepEqual(
    growing((index) => ({
      rssMb: 120 + 60 * (1 - Math.exp(-index / 15)) + 10 * random(),
      threads: index === 150 ? 40 : 12,
    })),
    [],
  );
});

test("judgeGrowth() finds a thread, a timer or a descriptor left by each hundredth cell, and memory that is kept", (t) => {
  t.deepEqual(
    growing((index) => ({ threads: 12 + Math.floor(index / 100 + 0.5) })),
    [],
    "two steps in a run could be anything",
  );
  t.deepEqual(
    growing((index) => ({
      threads: 12 + Math.floor(index / 20),
      timers: 3 + index,
      descriptors: 30 + index / 100,
    })),
    ["threads", "descriptors", "timers"],
  );
  const random = seededRandom(7);
  t.deepEqual(
    growing((index) => ({ rssMb: 120 + index * 0.2 + 10 * random(), heapMb: 20 + index * 0.01 + random() })),
    ["rssMb", "heapMb"],
  );
});

test("complainOfSamples() takes few samples for none: their slope would be anything", (t) => {
  const complaint = (count: number): string | undefined =>
    complainOfSamples(Array.from({ length: count }, () => SAMPLE));
  t.is(complaint(0), "0 samples after the warm-up do not show whether anything grows: expected 20 at least");
  t.regex(complaint(27) ?? "", /^19 samples /);
  t.is(complaint(28), undefined);
});
