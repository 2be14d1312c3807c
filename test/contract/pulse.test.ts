import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { Gate, Phase, Pulse } from "../../src/contract/pulse.js";

test("Pulse begins at rest, in phase boot, with its gate open", (t) => {
  const { ticks, executing, received, phase, heapBytes, externalBytes } = new Pulse();
  t.deepEqual([ticks, executing, received, phase, heapBytes, externalBytes], [0, 0, 0, Phase.boot, 0, 0]);
  t.true(new Pulse().moveGate(Gate.open, Gate.condemned));
});

test("Pulse shows what another Pulse over the same memory has written", (t) => {
  const host = new Pulse();
  const worker = new Pulse(host.memory);
  worker.tick();
  worker.tick();
  worker.executing = 0x7fff_ffff;
  worker.received = 41;
  worker.phase = Phase.serve;
  worker.recordMemory(1234, 567);
  const { ticks, executing, received, phase, heapBytes, externalBytes } = host;
  t.deepEqual(
    { ticks, executing, received, phase, heapBytes, externalBytes },
    {
      ticks: 2,
      executing: 0x7fff_ffff,
      received: 41,
      phase: Phase.serve,
      heapBytes: 1234,
      externalBytes: 567,
    },
  );
});

test("tick() goes on past the end of its word", (t) => {
  const pulse = new Pulse();
  new Int32Array(pulse.memory)[0] = 0x7fff_ffff;
  const before = pulse.ticks;
  pulse.tick();
  t.not(pulse.ticks, before);
});

for (const bytes of [Number.NaN, Infinity, -Infinity, -1, -0]) {
  test(`heapBytes and externalBytes are 0 where ${Object.is(bytes, -0) ? "-0" : bytes} was written`, (t) => {
    const pulse = new Pulse();
    pulse.recordMemory(bytes, bytes);
    t.is(pulse.heapBytes, 0);
    t.is(pulse.externalBytes, 0);
  });
}

testProp(
  "Pulse answers numbers that can be reckoned with, whatever a plugin writes to its memory",
  [fc.uint8Array({ minLength: 48, maxLength: 48 })],
  (t, garbage) => {
    const pulse = new Pulse();
    new Uint8Array(pulse.memory).set(garbage);
    for (const bytes of [pulse.heapBytes, pulse.externalBytes]) t.true(Number.isFinite(bytes) && bytes >= 0);
    for (const word of [pulse.ticks, pulse.executing, pulse.received, pulse.phase])
      t.true(Number.isInteger(word));
  },
);

test("moveGate() moves only from the state it names", (t) => {
  const pulse = new Pulse();
  t.true(pulse.moveGate(Gate.open, Gate.loading));
  t.false(pulse.moveGate(Gate.open, Gate.condemned));
  t.true(pulse.moveGate(Gate.loading, Gate.open));
  t.true(pulse.moveGate(Gate.open, Gate.condemned));
  t.false(pulse.moveGate(Gate.open, Gate.loading));
});

test("waitIfCondemned() returns at once where the gate is not condemned", (t) => {
  const pulse = new Pulse();
  pulse.waitIfCondemned();
  pulse.moveGate(Gate.open, Gate.loading);
  pulse.waitIfCondemned();
  t.false(pulse.moveGate(Gate.open, Gate.condemned));
});
