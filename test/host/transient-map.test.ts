import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { TransientMap } from "../../src/host/transient-map.js";

/** More than the deletions after which the map replaces what is beneath it. */
const MANY = 5000;

/** What is done to a map: a key is set to a value, deleted where there is none, or everything is. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ key: fc.nat(20), value: fc.option(fc.nat(), { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.constant("clear" as const) },
);

testProp("TransientMap holds what a Map would hold", [fc.array(step, { maxLength: 200 })], (t, steps) => {
  const map = new TransientMap<number, number>();
  const model = new Map<number, number>();
  for (const done of steps) {
    if (done === "clear") {
      map.clear();
      model.clear();
    } else if (done.value === undefined) {
      t.is(map.delete(done.key), model.delete(done.key));
    } else {
      map.set(done.key, done.value);
      model.set(done.key, done.value);
    }
    t.is(map.size, model.size);
    t.deepEqual([...map.values()], [...model.values()]);
  }
  for (let key = 0; key <= 20; key += 1) {
    t.is(map.get(key), model.get(key));
    t.is(map.has(key), model.has(key));
  }
});

test("TransientMap keeps its entries and their order through any number of deletions", (t) => {
  const map = new TransientMap<string, number>();
  map.set("old", -1);
  for (let index = 0; index < MANY; index += 1) {
    map.set(`key-${index}`, index);
    if (index >= 2) t.true(map.delete(`key-${index - 2}`));
  }
  t.deepEqual([...map.values()], [-1, MANY - 2, MANY - 1]);
  t.is(map.get("old"), -1);
  t.false(map.delete("key-0"));
});

test("TransientMap keeps what outnumbers its deletions", (t) => {
  const map = new TransientMap<number, number>();
  for (let key = 0; key < 2 * MANY; key += 1) map.set(key, key);
  for (let key = 0; key < MANY; key += 1) map.delete(key);
  t.is(map.size, MANY);
  t.is([...map.values()][0], MANY);
});
