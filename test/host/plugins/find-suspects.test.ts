import test from "ava";
import { Pulse } from "../../../src/contract/pulse.js";
import type { CallChannel } from "../../../src/host/calls/call-channel.js";
import type { EndKind } from "../../../src/host/life/life.js";
import { findSuspects } from "../../../src/host/plugins/find-suspects.js";
import { FakeClock } from "../../support/fake-clock.js";
import { makeRequest } from "../calls/make-call.js";
import { makeSilentChannel } from "../calls/make-silent-channel.js";

const KINDS: EndKind[] = ["crash", "hang", "exit", "memory", "protocol", "start-timeout", "load"];

/** A channel with calls 1 to `count` under way. */
async function makeChannel(count: number): Promise<CallChannel> {
  const clock = new FakeClock();
  const channel = makeSilentChannel(clock, { inFlightCalls: 1000, inFlightBytes: 100_000 });
  for (let index = 1; index <= count; index += 1) {
    channel.send(makeRequest({ subject: `k${index}` }), 500).catch(() => undefined); // never answered
  }
  await clock.settle();
  return channel;
}

function makePulse(executing: number, received: number): Pulse {
  const pulse = new Pulse();
  pulse.executing = executing;
  pulse.received = received;
  return pulse;
}

for (const kind of KINDS) {
  test(`findSuspects() names the one call that was executing at an end by ${kind}`, async (t) => {
    const suspects = findSuspects({ kind, message: "" }, makePulse(2, 3), await makeChannel(3));
    t.deepEqual(
      suspects.map(({ request }) => request.subject),
      ["k2"],
    );
  });

  const isBlocked = kind === "hang" || kind === "memory";
  const whom = isBlocked ? "every call that was begun" : "nobody";
  test(`findSuspects() suspects ${whom} at an end by ${kind} with no call executing`, async (t) => {
    const suspects = findSuspects({ kind, message: "" }, makePulse(0, 2), await makeChannel(3));
    t.deepEqual(
      suspects.map(({ request }) => request.subject),
      isBlocked ? ["k1", "k2"] : [],
    );
  });
}

test("findSuspects() suspects all that was sent at an end without warning, unless one is known to execute", async (t) => {
  const channel = await makeChannel(3);
  const suspectsOf = (executing: number): unknown[] =>
    findSuspects({ kind: "crash", message: "", isAbrupt: true }, makePulse(executing, 1), channel).map(
      ({ request }) => request.subject,
    );
  t.deepEqual(suspectsOf(0), ["k1", "k2", "k3"]);
  t.deepEqual(suspectsOf(2), ["k2"]);
  // One that has been answered since is none.
  t.deepEqual(suspectsOf(17), ["k1", "k2", "k3"]);
});

test("findSuspects() believes no number of a call that is not under way", async (t) => {
  const channel = await makeChannel(2);
  for (const executing of [-1, 3, 2 ** 31 - 1]) {
    t.deepEqual(findSuspects({ kind: "crash", message: "" }, makePulse(executing, 2), channel), []);
  }
});

test("findSuspects() suspects at most 64 calls, the oldest", async (t) => {
  const suspects = findSuspects({ kind: "hang", message: "" }, makePulse(0, 100), await makeChannel(100));
  t.is(suspects.length, 64);
  t.is(suspects[0]?.request.subject, "k1");
});
