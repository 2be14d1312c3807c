import test from "ava";
import { AbsentKeys, MAX_ABSENT_KEYS } from "../../../../src/host/cache/near/absent-keys.js";

test("a key is absent for its time, not at its end", (t) => {
  const absent = new AbsentKeys({ negativeTtlMs: 100 });
  absent.add("a", 1000);
  t.true(absent.has("a", 1000));
  t.true(absent.has("a", 1099));
  t.false(absent.has("a", 1100));
  t.false(absent.has("b", 1000));
});

test("the time counts from the latest addition", (t) => {
  const absent = new AbsentKeys({ negativeTtlMs: 100 });
  absent.add("a", 1000);
  absent.add("a", 1050);
  t.true(absent.has("a", 1149));
});

test("of no time, nothing is remembered", (t) => {
  const absent = new AbsentKeys({ negativeTtlMs: 0 });
  absent.add("a", 1000);
  t.false(absent.has("a", 1000));
  t.false(absent.has("a", 0));
});

test("keys are forgotten one by one and all together", (t) => {
  const absent = new AbsentKeys({ negativeTtlMs: 100 });
  for (const key of ["a", "b", "__proto__"]) absent.add(key, 0);
  absent.delete("a");
  t.deepEqual(
    ["a", "b", "__proto__"].map((key) => absent.has(key, 0)),
    [false, true, true],
  );
  absent.clear();
  t.false(absent.has("b", 0));
});

test("no more keys are remembered than the bound says, the latest of them", (t) => {
  const absent = new AbsentKeys({ negativeTtlMs: 100 });
  for (let index = 0; index <= MAX_ABSENT_KEYS; index += 1) absent.add(`${index}`, 0);
  t.false(absent.has("0", 0));
  t.true(absent.has("1", 0));
  t.true(absent.has(`${MAX_ABSENT_KEYS}`, 0));
});

test("it takes no memory until a key is absent", (t) => {
  const before = process.memoryUsage().heapUsed;
  const all = Array.from({ length: 200 }, () => new AbsentKeys({ negativeTtlMs: 100 }));
  for (const absent of all) {
    t.false(absent.has("a", 0));
    absent.delete("a");
    absent.clear();
  }
  // The room for ten thousand keys is some 200 KB.
  t.true((process.memoryUsage().heapUsed - before) / all.length < 20_000);
});
