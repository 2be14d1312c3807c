import test from "ava";
import { Pulse } from "../../src/contract/pulse.js";
import { startPulse } from "../../src/worker/start-pulse.js";

test("startPulse() beats at once, goes on with the loop, and stops when told", async (t) => {
  const pulse = new Pulse();
  const stop = startPulse(pulse);
  t.is(pulse.ticks, 1);
  t.true(pulse.heapBytes > 0);
  while (pulse.ticks < 3) await new Promise((resolve) => setImmediate(resolve));
  stop();
  const { ticks } = pulse;
  await new Promise((resolve) => setImmediate(resolve));
  t.is(pulse.ticks, ticks);
});
