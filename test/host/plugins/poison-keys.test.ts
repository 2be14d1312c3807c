import test from "ava";
import { Operation } from "../../../src/contract/call-frames.js";
import { PendingCall } from "../../../src/host/calls/call.js";
import type { CallRequest } from "../../../src/host/calls/call.js";
import { PoisonKeys } from "../../../src/host/plugins/poison-keys.js";
import { FakeClock } from "../../support/fake-clock.js";
import { makeRequest } from "../calls/make-call.js";

const REFUSAL_MS = 30_000;

function callOf(subject: unknown, request: Partial<CallRequest> = {}): PendingCall {
  return new PendingCall(makeRequest({ subject, ...request }), 1, 0, 500);
}

test("A key is refused once it was executing at two ends, for as long as it is told", (t) => {
  const clock = new FakeClock();
  const poison = new PoisonKeys(clock, REFUSAL_MS);
  t.is(poison.blame([callOf("bad")]), 0);
  t.is(poison.refusedForMs(0, "c", "bad"), 0);
  clock.block(1000);
  t.is(poison.blame([callOf("bad")]), 2, "both ends are explained");
  t.is(poison.refusedForMs(0, "c", "bad"), REFUSAL_MS);
  clock.block(REFUSAL_MS - 1);
  t.is(poison.refusedForMs(0, "c", "bad"), 1);
  clock.block(1);
  t.is(poison.refusedForMs(0, "c", "bad"), 0);
});

test("A key that ends another life after its refusal is refused again, which explains that end", (t) => {
  const clock = new FakeClock();
  const poison = new PoisonKeys(clock, REFUSAL_MS);
  poison.blame([callOf("bad")]);
  poison.blame([callOf("bad")]);
  clock.block(REFUSAL_MS + 1);
  t.is(poison.refusedForMs(0, "c", "bad"), 0);
  t.is(poison.blame([callOf("bad")]), 1);
  t.is(poison.refusedForMs(0, "c", "bad"), REFUSAL_MS);
});

test("Only that key of that category of that backend is refused", (t) => {
  const poison = new PoisonKeys(new FakeClock(), REFUSAL_MS);
  poison.blame([callOf("bad")]);
  poison.blame([callOf("bad", { operation: Operation.put })]);
  t.true(poison.refusedForMs(0, "c", "bad") > 0);
  t.is(poison.refusedForMs(0, "c", "good"), 0);
  t.is(poison.refusedForMs(0, "d", "bad"), 0);
  t.is(poison.refusedForMs(1, "c", "bad"), 0);
});

test("A key with several calls under way at one end is blamed for one end", (t) => {
  const poison = new PoisonKeys(new FakeClock(), REFUSAL_MS);
  t.is(poison.blame([callOf("k"), callOf("k", { operation: Operation.put }), callOf("other")]), 0);
  t.is(poison.refusedForMs(0, "c", "k"), 0);
  t.is(poison.blame([callOf("k")]), 2);
  t.true(poison.refusedForMs(0, "c", "k") > 0);
  t.is(poison.refusedForMs(0, "c", "other"), 0);
});

test("Calls of many keys are blamed on none", (t) => {
  const poison = new PoisonKeys(new FakeClock(), REFUSAL_MS);
  const bulk = callOf([["c", "k"]], { operation: Operation.getMany });
  t.is(poison.blame([bulk]), 0);
  t.is(poison.blame([bulk]), 0);
  t.is(poison.refusedForMs(0, "c", "k"), 0);
});

test("blame() of nobody explains nothing", (t) => {
  t.is(new PoisonKeys(new FakeClock(), REFUSAL_MS).blame([]), 0);
});

test("clear() forgets refusals and suspicions", (t) => {
  const poison = new PoisonKeys(new FakeClock(), REFUSAL_MS);
  poison.blame([callOf("bad"), callOf("suspect")]);
  poison.blame([callOf("bad")]);
  poison.clear();
  t.is(poison.refusedForMs(0, "c", "bad"), 0);
  t.is(poison.blame([callOf("bad"), callOf("suspect")]), 0);
});

test("One refusal that is over does not end another that is not", (t) => {
  const clock = new FakeClock();
  const poison = new PoisonKeys(clock, REFUSAL_MS);
  poison.blame([callOf("first"), callOf("second")]);
  poison.blame([callOf("first")]);
  clock.block(REFUSAL_MS / 2);
  poison.blame([callOf("second")]);
  clock.block(REFUSAL_MS / 2);
  t.is(poison.refusedForMs(0, "c", "first"), 0);
  t.is(poison.refusedForMs(0, "c", "second"), REFUSAL_MS / 2);
});

test("Keys are remembered up to a bound, the longest unseen forgotten first", (t) => {
  const poison = new PoisonKeys(new FakeClock(), REFUSAL_MS);
  poison.blame([callOf("old"), callOf("seen")]);
  for (let count = 0; count < 600; count += 1) poison.blame([callOf(`a${count}`)]);
  poison.blame([callOf("seen")]);
  for (let count = 0; count < 600; count += 1) poison.blame([callOf(`b${count}`)]);
  t.true(poison.refusedForMs(0, "c", "seen") > 0);
  t.is(poison.blame([callOf("old")]), 0, "its first end has been forgotten");
});
