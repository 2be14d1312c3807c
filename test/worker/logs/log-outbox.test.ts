import test from "ava";
import type { LogLine } from "../../../src/contract/protocol.js";
import {
  BURST_LINES,
  CHARACTERS_PER_TOKEN,
  LINES_PER_SECOND,
  LogOutbox,
  MAX_WAITING_BYTES,
  MAX_WAITING_LINES,
} from "../../../src/worker/logs/log-outbox.js";
import { FakeClock } from "../../support/fake-clock.js";

interface Frame {
  readonly lines: readonly LogLine[];
  readonly dropped: number;
  readonly resolve: () => void;
  readonly reject: () => void;
}

/** An outbox whose frames the test takes, and a clock the test moves. */
function createOutbox(): { outbox: LogOutbox; frames: Frame[]; clock: FakeClock } {
  const frames: Frame[] = [];
  const clock = new FakeClock();
  const send = (lines: readonly LogLine[], dropped: number): Promise<void> =>
    new Promise((resolve, reject) => {
      frames.push({ lines, dropped, resolve, reject: () => reject(new Error("port closed")) });
    });
  return { outbox: new LogOutbox(send, { clock }), frames, clock };
}

function line(message: string = "hello", level: number = 30): LogLine {
  return { level, time: 0, message };
}

function fill(outbox: LogOutbox, count: number, level: number = 30): void {
  for (let index = 0; index < count; index += 1) outbox.add(line(String(index), level));
}

function messages(frame: Frame | undefined): string[] {
  return frame?.lines.map(({ message }) => message) ?? [];
}

/** The lines and drops of all frames. */
function total(frames: readonly Frame[]): { delivered: number; dropped: number } {
  let delivered = 0;
  let dropped = 0;
  for (const frame of frames) {
    delivered += frame.lines.length;
    dropped += frame.dropped;
  }
  return { delivered, dropped };
}

test("LogOutbox sends the lines of one turn in one frame, in order", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  outbox.add(line("first"));
  outbox.add(line("second"));
  await Promise.resolve();
  outbox.add(line("third"));
  t.is(frames.length, 0);
  await clock.settle();
  t.deepEqual(frames.map(messages), [["first", "second", "third"]]);
  t.is(frames[0]?.dropped, 0);
});

test("LogOutbox sends the next frame when the host has taken the last", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  outbox.add(line("first"));
  await clock.settle();
  outbox.add(line("second"));
  await clock.settle();
  outbox.add(line("third"));
  await clock.settle();
  t.is(frames.length, 1);
  frames[0]?.resolve();
  await clock.settle();
  t.deepEqual(frames.map(messages), [["first"], ["second", "third"]]);
});

test("LogOutbox sends no frame and leaves no timer when nothing was logged", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  outbox.flush();
  await clock.advance(5000);
  t.is(frames.length, 0);
  t.is(clock.pending, 0);
});

test("LogOutbox flushes at once, even while a frame is under way", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  outbox.add(line("first"));
  await clock.settle();
  outbox.add(line("second"));
  outbox.flush();
  t.deepEqual(frames.map(messages), [["first"], ["second"]]);
  await clock.settle();
  t.is(frames.length, 2);
});

test("LogOutbox does not post twice what was flushed before its turn's end", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  outbox.add(line("first"));
  outbox.flush();
  await clock.settle();
  t.deepEqual(frames.map(messages), [["first"]]);
});

test("LogOutbox waits for all frames under way, flushed ones included", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  outbox.add(line("first"));
  await clock.settle();
  outbox.add(line("second"));
  outbox.flush();
  outbox.add(line("third"));
  frames[0]?.resolve();
  await clock.settle();
  t.is(frames.length, 2);
  frames[1]?.resolve();
  await clock.settle();
  t.is(frames.length, 3);
});

test("LogOutbox takes a burst, then as many a second as its rate says, and counts the rest", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  fill(outbox, 5000, 50);
  await clock.settle();
  t.is(frames[0]?.lines.length, BURST_LINES);
  t.is(frames[0]?.dropped, 5000 - BURST_LINES);
  frames[0]?.resolve();
  await clock.advance(1000);
  fill(outbox, 5000, 50);
  await clock.settle();
  t.is(frames[1]?.lines.length, LINES_PER_SECOND);
  t.is(frames[1]?.dropped, 5000 - LINES_PER_SECOND);
});

test("LogOutbox keeps at most so many lines waiting while the host takes none", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  outbox.add(line("under way"));
  await clock.settle();
  for (let second = 0; second < 20; second += 1) {
    fill(outbox, 500, 50);
    await clock.advance(1000);
  }
  t.is(frames.length, 1);
  frames[0]?.resolve();
  await clock.settle();
  t.is(frames[1]?.lines.length, MAX_WAITING_LINES);
  t.is(frames[1]?.dropped, 20 * 500 - MAX_WAITING_LINES);
});

test("LogOutbox keeps at most so many bytes waiting, and a line", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  const long = "x".repeat(8192);
  outbox.add(line("under way"));
  await clock.settle();
  for (let second = 0; second < 100; second += 1) {
    outbox.add(line(long, 50));
    await clock.advance(1000);
  }
  frames[0]?.resolve();
  await clock.settle();
  const bytes = long.length * 2 * (frames[1]?.lines.length ?? 0);
  t.true(bytes >= MAX_WAITING_BYTES && bytes < MAX_WAITING_BYTES + long.length * 2, String(bytes));
});

test("LogOutbox charges a long line for its length", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  const tokensEach = 10;
  for (let index = 0; index < 5000; index += 1) {
    outbox.add(line("x".repeat((tokensEach - 1) * CHARACTERS_PER_TOKEN), 50));
  }
  await clock.settle();
  t.true((frames[0]?.lines.length ?? 0) <= BURST_LINES / tokensEach);
});

test("LogOutbox says no before a line is made once its bucket is empty, whatever the line's length", (t) => {
  const { outbox, clock } = createOutbox();
  fill(outbox, BURST_LINES, 50);
  outbox.flush();
  t.false(outbox.accepts(50));
  clock.block(1000 / LINES_PER_SECOND);
  t.true(outbox.accepts(50));
  outbox.add(line("x".repeat(8192), 50));
  clock.block(1000 / LINES_PER_SECOND);
  t.false(outbox.accepts(50));
});

test("LogOutbox keeps room for errors in a flood of other lines", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  fill(outbox, 5000, 40);
  t.false(outbox.accepts(40));
  t.true(outbox.accepts(50));
  outbox.add(line("the error", 50));
  outbox.add(line("the end", 60));
  await clock.settle();
  t.deepEqual(messages(frames[0]).slice(-2), ["the error", "the end"]);
});

test("LogOutbox sends the count of dropped lines by itself when no line follows", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  outbox.drop();
  outbox.drop();
  await clock.advance(999);
  t.is(frames.length, 0);
  await clock.advance(1);
  t.deepEqual([frames[0]?.lines, frames[0]?.dropped], [[], 2]);
  frames[0]?.resolve();
  await clock.advance(5000);
  t.is(frames.length, 1);
  t.is(clock.pending, 0);
});

test("LogOutbox sends the count with the next line when one follows", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  outbox.drop();
  outbox.add(line());
  await clock.settle();
  t.deepEqual([frames[0]?.lines.length, frames[0]?.dropped], [1, 1]);
  t.is(clock.pending, 0);
});

test("LogOutbox counts the lines of a frame that was rejected as dropped", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  outbox.drop();
  fill(outbox, 3);
  await clock.settle();
  frames[0]?.reject();
  await clock.settle();
  outbox.add(line("next"));
  await clock.settle();
  t.deepEqual(messages(frames[1]), ["next"]);
  t.is(frames[1]?.dropped, 4);
});

test("LogOutbox survives a send that throws", async (t) => {
  const clock = new FakeClock();
  let calls = 0;
  const send = (): Promise<unknown> => {
    calls += 1;
    throw new Error("not cloneable");
  };
  const outbox = new LogOutbox(send, { clock });
  outbox.add(line());
  t.notThrows(() => outbox.flush());
  await clock.advance(3500);
  t.is(calls, 4); // the line, then its count once a second
  t.is(clock.pending, 1);
});

test("LogOutbox stays within its bounds when a frame never settles, without a timer", async (t) => {
  const { outbox, frames, clock } = createOutbox();
  outbox.add(line());
  await clock.settle();
  fill(outbox, 100_000);
  await clock.advance(60_000);
  t.is(frames.length, 1);
  t.is(clock.pending, 0);
  outbox.flush();
  const { delivered, dropped } = total(frames);
  t.true(delivered > 1 && delivered <= MAX_WAITING_LINES);
  t.is(delivered + dropped, 100_001);
});
