import test from "ava";
import { fc, testProp } from "@fast-check/ava";
import { deepFreeze } from "../../../../src/host/cache/near/deep-freeze.js";

function isFrozenThroughout(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every((held) => isFrozenThroughout(held));
}

testProp("all that JSON can say is frozen throughout", [fc.jsonValue()], (t, value) => {
  const copy = structuredClone(value);
  t.true(isFrozenThroughout(deepFreeze(value)));
  t.deepEqual(value, copy);
});

for (const value of [null, 1, "text", true]) {
  test(`${JSON.stringify(value)} is answered as it is`, (t) => {
    t.is(deepFreeze(value), value);
  });
}

test("a key named __proto__ is frozen like any other", (t) => {
  const value = deepFreeze(JSON.parse('{"__proto__":{"deep":[1]}}') as { ["__proto__"]: { deep: number[] } });
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
