import test, { type ExecutionContext } from "ava";
import { FIRST_RETRY_MS, MAX_RETRY_MS, Replay } from "../../../../src/host/cache/writes/replay.js";
import { FakeClock } from "../../../support/fake-clock.js";

/** How many are under way at most. */
const MAX_AT_ONCE = 64;

function openReplay(t: ExecutionContext): {
  replay: Replay<string>;
  clock: FakeClock;
  sent: string[];
  backend: { isServing: boolean };
} {
  const clock = new FakeClock();
  const sent: string[] = [];
  const backend = { isServing: true };
  const replay = new Replay<string>({
    clock,
    isServing: () => backend.isServing,
    send: (item) => void sent.push(item),
  });
  t.teardown(() => {
    if (clock.pending > 0) throw new Error("A timer was left behind");
  });
  return { replay, clock, sent, backend };
}

test("what failed while nothing serves is sent when something does, in the order it failed", (t) => {
  const { replay, sent, backend } = openReplay(t);
  backend.isServing = false;
  for (const item of ["a", "b", "c"]) replay.addFailed(item);
  replay.resume();
  t.deepEqual(sent, []);
  backend.isServing = true;
  replay.resume();
  t.deepEqual(sent, ["a", "b", "c"]);
});

test("no more than 64 are under way, and each that ends makes room for one", (t) => {
  const { replay, sent, backend } = openReplay(t);
  backend.isServing = false;
  for (let index = 0; index < 100; index += 1) replay.addFailed(`${index}`);
  backend.isServing = true;
  replay.resume();
  t.is(sent.length, MAX_AT_ONCE);
  replay.ended("0");
  t.is(sent.at(-1), `${MAX_AT_ONCE}`);
  t.is(sent.length, MAX_AT_ONCE + 1);
  replay.ended("of nobody");
  t.is(sent.length, MAX_AT_ONCE + 1);
});

test("what fails though something serves is tried after 100 ms, then after twice as long, up to 30 s", async (t) => {
  const { replay, clock, sent } = openReplay(t);
  let waitMs = FIRST_RETRY_MS;
  replay.addFailed("a");
  for (let round = 0; round < 12; round += 1) {
    const before = sent.length;
    await clock.advance(waitMs - 1);
    t.is(sent.length, before);
    await clock.advance(1);
    t.is(sent.length, before + 1, `round ${round}`);
    replay.addFailed("a");
    replay.ended("a");
    waitMs = Math.min(waitMs * 2, MAX_RETRY_MS);
  }
  t.is(waitMs, MAX_RETRY_MS);
  replay.end();
});

test("once nothing is left, the wait begins at 100 ms again", async (t) => {
  const { replay, clock, sent } = openReplay(t);
  replay.addFailed("a");
  await clock.advance(FIRST_RETRY_MS);
  replay.addFailed("a");
  replay.ended("a");
  await clock.advance(2 * FIRST_RETRY_MS);
  replay.ended("a");
  replay.addFailed("b");
  await clock.advance(FIRST_RETRY_MS);
  t.deepEqual(sent, ["a", "a", "b"]);
});

test("what serves again has everything sent at once, and the wait begins at 100 ms again", async (t) => {
  const { replay, clock, sent } = openReplay(t);
  replay.addFailed("a");
  await clock.advance(FIRST_RETRY_MS);
  replay.addFailed("a");
  replay.ended("a");
  replay.resume();
  t.deepEqual(sent, ["a", "a"]);
  t.is(clock.pending, 0);
  replay.addFailed("a");
  replay.ended("a");
  await clock.advance(FIRST_RETRY_MS);
  t.is(sent.length, 3);
});

test("what is removed is not sent, and what is ready is sent at once", async (t) => {
  const { replay, clock, sent, backend } = openReplay(t);
  replay.addFailed("a");
  replay.remove("a");
  backend.isServing = false;
  replay.addFailed("b");
  replay.remove("b");
  replay.addReady("c");
  t.deepEqual(sent, []);
  backend.isServing = true;
  replay.resume();
  replay.addReady("d");
  await clock.advance(MAX_RETRY_MS);
  t.deepEqual(sent, ["c", "d"]);
});

test("what stops serving in between is sent no more", (t) => {
  const clock = new FakeClock();
  const sent: string[] = [];
  const replay: Replay<string> = new Replay<string>({
    clock,
    isServing: () => sent.length < 2,
    send: (item) => void sent.push(item),
  });
  for (const item of ["a", "b", "c"]) replay.addReady(item);
  replay.ended("a");
  t.deepEqual(sent, ["a", "b"]);
});

test("after end(), nothing is sent or scheduled", async (t) => {
  const { replay, clock, sent, backend } = openReplay(t);
  replay.addFailed("a");
  backend.isServing = false;
  replay.addFailed("b");
  replay.end();
  backend.isServing = true;
  replay.addFailed("c");
  replay.addReady("d");
  replay.resume();
  await clock.advance(MAX_RETRY_MS);
  t.deepEqual(sent, []);
});
