import test from "ava";
import type { LifeMemory } from "../../../src/host/life/life.js";
import { MemoryWatch } from "../../../src/host/plugins/memory-watch.js";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeLife } from "./fake-life.js";

const MB = 1024 * 1024;

function makeLife(): FakeLife {
  return new FakeLife({} as FakeLife["options"], new FakeClock()); // asked for nothing of them here
}

test("checkPulse() takes the plugin's own figures, heap and external together", (t) => {
  const life = makeLife();
  const watch = new MemoryWatch(life, 100);
  t.is(watch.limitBytes, 100 * MB);
  t.deepEqual(watch.latest, { heapBytes: 0, externalBytes: 0 });
  life.pulse.recordMemory(60 * MB, 40 * MB);
  t.false(watch.checkPulse());
  t.deepEqual(watch.latest, { heapBytes: 60 * MB, externalBytes: 40 * MB });
  life.pulse.recordMemory(60 * MB, 40 * MB + 1);
  t.true(watch.checkPulse());
});

test("of a process all that it holds counts, and its parts do not", async (t) => {
  const life = makeLife();
  const watch = new MemoryWatch(life, 100);
  life.pulse.recordMemory(60 * MB, 60 * MB);
  life.pulse.residentBytes = 100 * MB;
  t.false(watch.checkPulse());
  t.deepEqual(watch.latest, { heapBytes: 60 * MB, externalBytes: 60 * MB, residentBytes: 100 * MB });
  life.pulse.recordMemory(MB, MB);
  life.pulse.residentBytes = 100 * MB + 1;
  t.true(watch.checkPulse());
  await Promise.resolve();
  life.memory = () => Promise.resolve({ heapBytes: MB, externalBytes: MB, residentBytes: 99 * MB });
  watch.checkBlocked();
  await Promise.resolve();
  t.false(watch.checkBlocked());
});

test("checkPulse() has what a process tells of itself looked at from outside before it counts", async (t) => {
  const life = makeLife();
  const watch = new MemoryWatch(life, 100);
  life.memory = () => Promise.resolve({ heapBytes: MB, externalBytes: MB, residentBytes: 50 * MB });
  life.pulse.recordMemory(2 * MB, 2 * MB);
  life.pulse.residentBytes = 1000 * MB;
  watch.checkPulse();
  await Promise.resolve();
  t.false(watch.checkPulse());
  t.deepEqual(watch.latest, { heapBytes: 2 * MB, externalBytes: 2 * MB, residentBytes: 50 * MB });
  await Promise.resolve();
  life.memory = () => Promise.resolve({ heapBytes: MB, externalBytes: MB, residentBytes: 101 * MB });
  watch.checkPulse();
  await Promise.resolve();
  t.true(watch.checkPulse());
});

test("a process that is over its cap no more is not taken for one that still is", async (t) => {
  const life = makeLife();
  const watch = new MemoryWatch(life, 256);
  const hold = (megabytes: number): void => {
    life.pulse.residentBytes = megabytes * MB;
    life.memory = () => Promise.resolve({ heapBytes: MB, externalBytes: MB, residentBytes: megabytes * MB });
  };
  hold(300);
  for (let look = 0; look < 11; look += 1) {
    watch.checkPulse();
    await new Promise(setImmediate);
  }
  t.true(watch.checkPulse());
  await new Promise(setImmediate);
  hold(180);
  watch.checkPulse();
  await new Promise(setImmediate);
  t.false(watch.checkPulse());
  t.is(watch.latest.residentBytes, 180 * MB);
});

test("a plugin that tells less of itself than is seen is judged, and shown, by what is seen", async (t) => {
  const life = makeLife();
  const watch = new MemoryWatch(life, 256);
  life.pulse.recordMemory(MB, MB);
  life.memory = () => Promise.resolve({ heapBytes: 200 * MB, externalBytes: 100 * MB });
  for (let look = 0; look < 10; look += 1) watch.checkPulse();
  await new Promise(setImmediate);
  t.true(watch.checkPulse());
  t.deepEqual(watch.latest, { heapBytes: 200 * MB, externalBytes: 100 * MB });
});

test("checkPulse() takes no figure that cannot be one", (t) => {
  const life = makeLife();
  const watch = new MemoryWatch(life, 100);
  life.pulse.recordMemory(Infinity, NaN);
  t.false(watch.checkPulse());
  t.deepEqual(watch.latest, { heapBytes: 0, externalBytes: 0 });
});

test("checkBlocked() fetches the figures from outside, one question at a time", async (t) => {
  const life = makeLife();
  const watch = new MemoryWatch(life, 100);
  const answers: ((memory: LifeMemory | undefined) => void)[] = [];
  life.memory = () => new Promise((resolve) => answers.push(resolve));
  t.false(watch.checkBlocked());
  t.false(watch.checkBlocked());
  t.is(answers.length, 1);
  answers[0]?.({ heapBytes: 101 * MB, externalBytes: 0 });
  await Promise.resolve();
  t.true(watch.checkBlocked());
  t.is(answers.length, 2);
  t.deepEqual(watch.latest, { heapBytes: 101 * MB, externalBytes: 0 });
});

test("checkBlocked() keeps the last figures where none can be told, and asks again", async (t) => {
  const life = makeLife();
  const watch = new MemoryWatch(life, 100);
  life.pulse.recordMemory(50 * MB, 0);
  watch.checkPulse();
  let questions = 0;
  life.memory = async () => {
    questions += 1;
    return undefined;
  };
  for (let count = 0; count < 3; count += 1) {
    t.false(watch.checkBlocked());
    await Promise.resolve();
  }
  t.is(questions, 3);
  t.deepEqual(watch.latest, { heapBytes: 50 * MB, externalBytes: 0 });
});

test.serial(
  "checkBlocked() lets the growth of the process stand for that of a thread it cannot measure",
  (t) => {
    const memoryUsage = Object.assign(() => usage, { rss: () => usage.rss });
    const original = process.memoryUsage;
    t.teardown(() => {
      process.memoryUsage = original;
    });
    let usage = { rss: 500 * MB, heapTotal: 100 * MB, heapUsed: 50 * MB, external: 50 * MB, arrayBuffers: 0 };
    process.memoryUsage = memoryUsage;

    const life = makeLife();
    life.canMeasure = false;
    life.memory = () => Promise.reject(new Error("asked although it cannot be measured"));
    const watch = new MemoryWatch(life, 100);
    life.pulse.recordMemory(30 * MB, 10 * MB);
    t.false(watch.checkPulse());
    usage = { ...usage, rss: 640 * MB, heapTotal: 160 * MB, external: 70 * MB };
    t.false(watch.checkBlocked(), "what the host's own heap grew is not the plugin's");
    t.deepEqual(watch.latest, { heapBytes: 90 * MB, externalBytes: 10 * MB });
    usage = { ...usage, rss: 651 * MB };
    t.true(watch.checkBlocked());
    usage = { ...usage, rss: 100 * MB };
    t.false(watch.checkBlocked(), "a process that has shrunk takes nothing off the plugin's own figures");
    t.deepEqual(watch.latest, { heapBytes: 30 * MB, externalBytes: 10 * MB });
  },
);
