import test from "ava";
import { MAX_FRAMES_AT_ONCE } from "../../../src/host/life/flood-gauge.js";
import { FrameMeter } from "../../../src/host/life/frame-meter.js";
import { FakeClock } from "../../support/fake-clock.js";

const MIB = 1024 * 1024;

/** Takes frames as long as they are admitted, at most `limit`; answers how many were. */
function admitted(meter: FrameMeter, messageBytes: number, limit: number = Infinity): number {
  let count = 0;
  while (count < limit && meter.admit(messageBytes) === undefined) count += 1;
  return count;
}

test("admit() counts a frame by its bytes as well, before anything has been done with it", (t) => {
  t.is(admitted(new FrameMeter(new FakeClock()), 100), MAX_FRAMES_AT_ONCE);
  t.is(admitted(new FrameMeter(new FakeClock()), 4 * MIB), 19);
});

test("the time a frame takes makes no room for others", async (t) => {
  const clock = new FakeClock();
  const meter = new FrameMeter(clock);
  admitted(meter, 0, MAX_FRAMES_AT_ONCE);
  meter.time(0, () => clock.block(10));
  await clock.settle();
  t.is(admitted(meter, 0), 0);
});

test("take() refuses a frame too many, and has nothing done with it", (t) => {
  const meter = new FrameMeter(new FakeClock());
  let delivered = 0;
  const deliver = (): void => void (delivered += 1);
  for (let frame = 0; frame < MAX_FRAMES_AT_ONCE; frame += 1) t.is(meter.take(deliver), undefined);
  t.is(meter.take(deliver), "it floods its port with frames");
  t.is(delivered, MAX_FRAMES_AT_ONCE);
});

test("take() refuses more once frames have taken most of the loop for some seconds, unless they bring results", (t) => {
  const firstRefused = (results: number): number => {
    const clock = new FakeClock();
    const meter = new FrameMeter(clock);
    const deliver = (): void => {
      meter.answer(results);
      clock.block(40);
    };
    const refusals = Array.from({ length: 100 }, () => meter.take(deliver));
    return refusals.indexOf("its frames hold up the host's loop");
  };
  t.is(firstRefused(0), 66);
  t.is(firstRefused(200), -1);
});

test("refusal() comes of frames that take most of the loop for some seconds", (t) => {
  const clock = new FakeClock();
  const meter = new FrameMeter(clock);
  let frames = 0;
  while (meter.refusal() === undefined && frames < 100) {
    meter.admit(MIB);
    meter.time(MIB, () => clock.block(200));
    clock.block(10);
    frames += 1;
  }
  t.is(frames, 14);
  t.is(meter.refusal(), "its frames hold up the host's loop");
});

test("refusal() does not come of the largest frame, in the midst of which the host was stopped", (t) => {
  const clock = new FakeClock();
  const meter = new FrameMeter(clock);
  meter.time(4 * 1024 * 1024, () => clock.block(60_000));
  t.is(meter.refusal(), undefined);
});

test("time() counts work that fails", (t) => {
  const clock = new FakeClock();
  const meter = new FrameMeter(clock);
  const work = (): never => {
    clock.block(1500);
    throw new Error("work");
  };
  for (let count = 0; count < 2; count += 1) t.throws(() => meter.time(4 * 1024 * 1024, work));
  t.is(meter.refusal(), "its frames hold up the host's loop");
});

test("refusal() does not come of one small frame in the midst of which the host was stopped", (t) => {
  const clock = new FakeClock();
  const meter = new FrameMeter(clock);
  meter.time(100, () => clock.block(60_000));
  t.is(meter.refusal(), undefined);
});
