import test from "ava";
import { Gate, Pulse } from "../../src/contract/pulse.js";
import { guardAddonLoading } from "../../src/worker/guard-addon-loading.js";

/** Guards a `process.dlopen` that runs `load`, until the test has ended. */
function guard(t: { teardown(fn: () => void): void }, load: (module: object) => void): Pulse {
  // oxlint-disable-next-line typescript/unbound-method -- put back below
  const original = process.dlopen;
  t.teardown(() => {
    process.dlopen = original;
  });
  process.dlopen = function fake(this: unknown, module: object): void {
    if (this !== process) throw new TypeError("Illegal invocation");
    load(module);
  };
  const pulse = new Pulse();
  guardAddonLoading(pulse);
  return pulse;
}

/** Which state the gate is in; it is left as it was. */
function stateOf(pulse: Pulse): number | undefined {
  return Object.values(Gate).find((state) => pulse.moveGate(state, state));
}

test.serial("The gate says loading while an addon is loaded, and open before and after", (t) => {
  const states: unknown[] = [];
  const pulse = guard(t, () => void states.push(stateOf(pulse)));
  t.is(stateOf(pulse), Gate.open);
  process.dlopen({ exports: {} }, "addon.node");
  t.deepEqual(states, [Gate.loading]);
  t.is(stateOf(pulse), Gate.open);
});

test.serial("The gate is open again after a load that throws, which is passed on", (t) => {
  const pulse = guard(t, () => {
    throw new Error("invalid ELF header");
  });
  t.throws(() => process.dlopen({ exports: {} }, "addon.node"), { message: "invalid ELF header" });
  t.is(stateOf(pulse), Gate.open);
});

test.serial("The gate stays closed while an addon loads another", (t) => {
  const states: unknown[] = [];
  let depth = 0;
  const pulse = guard(t, () => {
    depth += 1;
    if (depth === 1) process.dlopen({ exports: {} }, "inner.node");
    states.push(stateOf(pulse));
  });
  process.dlopen({ exports: {} }, "outer.node");
  t.deepEqual(states, [Gate.loading, Gate.loading]);
  t.is(stateOf(pulse), Gate.open);
});

test.serial("A thread that is condemned waits for its end instead of loading", (t) => {
  const loaded: unknown[] = [];
  const pulse = guard(t, (module) => void loaded.push(module));
  let waits = 0;
  pulse.waitIfCondemned = () => {
    waits += 1;
    throw new Error("ended"); // a thread that is terminated goes no further either
  };
  pulse.moveGate(Gate.open, Gate.condemned);
  t.throws(() => process.dlopen({ exports: {} }, "addon.node"), { message: "ended" });
  t.is(waits, 1);
  t.deepEqual(loaded, []);
  t.is(stateOf(pulse), Gate.condemned);
});
