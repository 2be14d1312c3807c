import test from "ava";

import { Pause } from "../../../src/mojang/upstream/pause.js";
import { UpstreamError } from "../../../src/mojang/upstream/upstream-error.js";
import type { UpstreamFailure } from "../../../src/mojang/upstream/upstream-error.js";
import { FakeClock } from "../../support/fake-clock.js";

const error = (failure: UpstreamFailure, retryAfterMs?: number): UpstreamError =>
  new UpstreamError("services", failure, "on purpose", { retryAfterMs });

test("a host that has limited is left alone, twice as long each time, up to two minutes", async (t) => {
  const clock = new FakeClock();
  const pause = new Pause(clock);
  const times: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    pause.failed(error("limited"), clock.monotonic());
    times.push(pause.leftMs);
    await clock.advance(pause.leftMs);
    t.is(pause.leftMs, 0);
  }
  t.deepEqual(times, [5_000, 10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
  t.true(pause.isForLimit);
  t.true(pause.succeeded(clock.monotonic()));
  pause.failed(error("limited"), clock.monotonic());
  t.is(pause.leftMs, 5_000);
});

test("Retry-After is kept to, within ten minutes", async (t) => {
  const clock = new FakeClock();
  const pause = new Pause(clock);
  pause.failed(error("limited", 1_000), clock.monotonic());
  t.is(pause.leftMs, 1_000);
  await clock.advance(1_000);
  pause.failed(error("limited", 86_400_000), clock.monotonic());
  t.is(pause.leftMs, 600_000);
});

test("a host is left alone after four failures in a row, and one success begins anew", async (t) => {
  const clock = new FakeClock();
  const pause = new Pause(clock);
  const fail = (failure: UpstreamFailure): void => pause.failed(error(failure), clock.monotonic());
  for (const failure of ["timeout", "unavailable", "blocked"] as const) fail(failure);
  t.is(pause.leftMs, 0);
  pause.succeeded(clock.monotonic());
  for (const failure of ["timeout", "unavailable", "blocked"] as const) fail(failure);
  t.is(pause.leftMs, 0);
  fail("unreachable");
  t.is(pause.leftMs, 1_000);
  t.false(pause.isForLimit);
  for (let round = 0; round < 10; round += 1) {
    await clock.advance(pause.leftMs);
    fail("unreachable");
  }
  t.is(pause.leftMs, 30_000);
});

test("requests that were under way when a pause began, or are sent during it, count for nothing", async (t) => {
  for (const [failure, failures, pausedMs] of [
    ["limited", 1, 5_000],
    ["unreachable", 4, 1_000],
  ] as const) {
    const clock = new FakeClock();
    const pause = new Pause(clock);
    const sentAt = clock.monotonic();
    await clock.advance(100);
    const now = clock.monotonic();
    for (let each = 0; each < 20; each += 1) pause.failed(error(failure), each < failures ? now : sentAt);
    t.is(pause.leftMs, pausedMs);
    t.false(pause.succeeded(sentAt), "it was sent before");
    t.is(pause.leftMs, pausedMs);
    await clock.advance(500);
    pause.failed(error(failure), clock.monotonic());
    t.is(pause.leftMs, pausedMs - 500);
    await clock.advance(pausedMs - 500);
    t.true(pause.isOver);
    t.true(pause.succeeded(clock.monotonic()));
  }
});

test("a login that succeeds ends the pause of a host that was down, and not that of a limit", async (t) => {
  const clock = new FakeClock();
  const pause = new Pause(clock);
  for (let each = 0; each < 4; each += 1) pause.failed(error("timeout"), clock.monotonic());
  await clock.advance(1);
  t.true(pause.succeeded(clock.monotonic()));
  t.is(pause.leftMs, 0);

  for (let each = 0; each < 4; each += 1) pause.failed(error("timeout"), clock.monotonic());
  pause.failed(error("limited"), 0);
  t.is(pause.leftMs, 5_000, "a limit is news to it");
  await clock.advance(1);
  t.false(pause.succeeded(clock.monotonic()));
  t.is(pause.leftMs, 4_999);
});

test("after a pause one request at a time is sent, until one has succeeded", async (t) => {
  const clock = new FakeClock();
  const pause = new Pause(clock);
  t.is(pause.beginProbe(), undefined, "nothing is wrong");
  pause.failed(error("limited"), clock.monotonic());
  await clock.advance(5_000);
  t.true(pause.isOver);
  const endProbe = pause.beginProbe();
  t.false(pause.isOver);
  endProbe?.();
  t.true(pause.isOver);
  pause.succeeded(clock.monotonic());
  t.is(pause.beginProbe(), undefined);
});

test("what is wrong with a request says nothing of the host", (t) => {
  const clock = new FakeClock();
  const pause = new Pause(clock);
  for (let round = 0; round < 10; round += 1) pause.failed(error("rejected"), clock.monotonic());
  t.is(pause.leftMs, 0);
});
