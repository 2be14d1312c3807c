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
    pause.failed(error("limited"));
    times.push(pause.leftMs);
    await clock.advance(pause.leftMs);
    t.is(pause.leftMs, 0);
  }
  t.deepEqual(times, [5_000, 10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
  t.true(pause.isForLimit);
  pause.succeeded();
  pause.failed(error("limited"));
  t.is(pause.leftMs, 5_000);
});

test("Retry-After is kept to, within ten minutes", (t) => {
  const pause = new Pause(new FakeClock());
  pause.failed(error("limited", 1_000));
  t.is(pause.leftMs, 1_000);
  pause.failed(error("limited", 86_400_000));
  t.is(pause.leftMs, 600_000);
});

test("a host is left alone after four failures in a row, and one success begins anew", (t) => {
  const pause = new Pause(new FakeClock());
  for (const failure of ["timeout", "unavailable", "blocked"] as const) pause.failed(error(failure));
  t.is(pause.leftMs, 0);
  pause.succeeded();
  for (const failure of ["timeout", "unavailable", "blocked"] as const) pause.failed(error(failure));
  t.is(pause.leftMs, 0);
  pause.failed(error("unreachable"));
  t.is(pause.leftMs, 1_000);
  t.false(pause.isForLimit);
  for (let round = 0; round < 10; round += 1) pause.failed(error("unreachable"));
  t.is(pause.leftMs, 30_000);
});

test("what is wrong with a request says nothing of the host", (t) => {
  const pause = new Pause(new FakeClock());
  for (let round = 0; round < 10; round += 1) pause.failed(error("rejected"));
  t.is(pause.leftMs, 0);
});
