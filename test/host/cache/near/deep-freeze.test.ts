import test from "ava";
import { fc, testProp } from "@fast-check/ava";
import { deepFreeze } from "../../../../src/host/cache/near/deep-freeze.js";

function isFrozenThroughout(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every((held) => isFrozenThroughout(held));
}

testProp("all that JSON can say is frozen throughout", [fc.jsonValue()], (t, value) => {
  const copy = structuredClone(value);
  t.true(deepFreeze(value));
  t.true(isFrozenThroughout(value));
  t.deepEqual(value, copy);
});

for (const value of [null, undefined, 1, "text", true, 2n, Symbol("s")]) {
  test(`${String(value)} needs no freezing`, (t) => {
    t.true(deepFreeze(value));
  });
}

class Instance {
  readonly #state = [1];

  get state(): number[] {
    return this.#state;
  }
}

for (const [what, held] of [
  ["a Date", new Date(0)],
  ["a Map", new Map()],
  ["bytes", new Uint8Array([1])],
  ["no bytes", new Uint8Array()],
  ["an instance of a class", new Instance()],
  ["a function", () => 1],
] as const) {
  test(`${what} cannot be frozen, and nothing that holds it is`, (t) => {
    t.false(deepFreeze(held));
    const value = { before: {}, list: [{ held }], after: {} };
    t.false(deepFreeze(value));
    t.false([value, value.before, value.list, value.after].some((holder) => Object.isFrozen(holder)));
  });
}

test("what is frozen on the surface is frozen throughout", (t) => {
  const value = Object.freeze({ inner: { list: [1] } });
  t.true(deepFreeze(value));
  t.true(isFrozenThroughout(value));
});

test("a circle is frozen, and objects without a prototype are", (t) => {
  const value: { self?: unknown; bare: unknown } = {
    bare: Object.assign(Object.create(null), { list: [1] }),
  };
  value.self = value;
  t.true(deepFreeze(value));
  t.true(Object.isFrozen(value) && isFrozenThroughout(value.bare));
});

test("a key named __proto__ is frozen like any other", (t) => {
  const value: unknown = JSON.parse('{"__proto__":{"deep":[1]}}');
  t.true(deepFreeze(value));
  t.true(isFrozenThroughout(value));
  t.true(Object.isFrozen(Object.getOwnPropertyDescriptor(value, "__proto__")?.value));
});

test("a value nested deeper than calls may be is frozen to its end", (t) => {
  const value: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  deepFreeze(value);
  let [deepest, depth] = [value, 0];
  for (; Array.isArray(deepest) && Object.isFrozen(deepest); depth += 1) deepest = deepest[0] as unknown;
  t.is(depth, 100_000);
});
