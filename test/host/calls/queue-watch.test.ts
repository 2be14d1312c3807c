import test from "ava";
import { QUEUE_QUIET_MS, QueueWatch } from "../../../src/host/calls/queue-watch.js";
import { FakeClock } from "../../support/fake-clock.js";

function makeWatch(): { clock: FakeClock; watch: QueueWatch; heard: string[] } {
  const clock = new FakeClock();
  const heard: string[] = [];
  const watch = new QueueWatch({
    clock,
    onChange: (state, previous) => void heard.push(`${previous} ${state}`),
  });
  return { clock, watch, heard };
}

test("An outage is told of once, however many writes wait, and its end when the last of them is done", async (t) => {
  const { clock, watch, heard } = makeWatch();
  for (let index = 0; index < 5; index += 1) watch.hold();
  t.deepEqual(heard, ["idle queuing"]);
  for (let index = 0; index < 4; index += 1) watch.letGo();
  await clock.advance(10 * QUEUE_QUIET_MS);
  t.deepEqual(heard, ["idle queuing"]);
  watch.letGo();
  await clock.advance(QUEUE_QUIET_MS);
  t.deepEqual(heard, ["idle queuing", "queuing idle"]);
  t.is(clock.pending, 0);
});

test("Writes that wait one after another are one outage, unless nothing has waited in between for a while", async (t) => {
  const { clock, watch, heard } = makeWatch();
  for (let index = 0; index < 10; index += 1) {
    watch.hold();
    watch.letGo();
    await clock.advance(QUEUE_QUIET_MS - 1);
  }
  t.deepEqual(heard, ["idle queuing"]);
  await clock.advance(1);
  t.deepEqual(heard, ["idle queuing", "queuing idle"]);
  watch.hold();
  t.is(heard.length, 3);
});

test("A queue that is full is told of once in an outage, and is so until all is done", async (t) => {
  const { clock, watch, heard } = makeWatch();
  watch.hold();
  watch.refuse();
  watch.refuse();
  watch.hold();
  watch.letGo();
  t.deepEqual(heard, ["idle queuing", "queuing full"]);
  watch.letGo();
  watch.refuse();
  await clock.advance(QUEUE_QUIET_MS);
  t.deepEqual(heard, ["idle queuing", "queuing full", "full idle"]);
});

test("A refusal while nothing has to wait for the backend is over after a while, too", async (t) => {
  const { clock, watch, heard } = makeWatch();
  watch.refuse();
  await clock.advance(QUEUE_QUIET_MS);
  t.deepEqual(heard, ["idle full", "full idle"]);
});

test("After end() nothing is told, and no timer is left", async (t) => {
  const { clock, watch, heard } = makeWatch();
  watch.hold();
  watch.letGo();
  watch.end();
  t.is(clock.pending, 0);
  watch.hold();
  watch.letGo();
  watch.refuse();
  t.is(clock.pending, 0);
  t.deepEqual(heard, ["idle queuing"]);
});
