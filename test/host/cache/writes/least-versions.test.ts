import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { LeastVersions, MAX_LEAST_VERSIONS } from "../../../../src/host/cache/writes/least-versions.js";

function openVersions(): { leasts: LeastVersions; next: () => number } {
  let version = 0;
  const next = (): number => (version += 1);
  return { leasts: new LeastVersions(next), next };
}

test("nothing is demanded of a key that was not written", (t) => {
  const { leasts } = openVersions();
  t.deepEqual(leasts.of("a"), { present: 0, fresh: 0 });
  leasts.acknowledge("a", 5);
  t.deepEqual(leasts.of("a"), { present: 0, fresh: 0 });
});

test("a write is demanded until it, or a later one, was acknowledged", (t) => {
  const { leasts } = openVersions();
  leasts.raise("a", 5);
  leasts.acknowledge("a", 4);
  t.deepEqual(leasts.of("a"), { present: 5, fresh: 5 });
  t.deepEqual(leasts.of("__proto__"), { present: 0, fresh: 0 });
  leasts.acknowledge("a", 5);
  t.deepEqual(leasts.of("a"), { present: 0, fresh: 0 });
});

test("an expiry demands a later version of what is fresh, and no more of what is present than before", (t) => {
  const { leasts } = openVersions();
  leasts.raiseFresh("a", 5);
  t.deepEqual(leasts.of("a"), { present: 0, fresh: 5 });
  leasts.raise("b", 6);
  leasts.raiseFresh("b", 7);
  t.deepEqual(leasts.of("b"), { present: 6, fresh: 7 });
  leasts.acknowledge("b", 6);
  t.is(leasts.of("b").fresh, 7);
});

test("a floor holds for every key, and never sinks", (t) => {
  const { leasts } = openVersions();
  leasts.raiseFloor(5);
  leasts.raiseFloor(3);
  leasts.raise("a", 9);
  t.deepEqual(leasts.of("a"), { present: 9, fresh: 9 });
  t.deepEqual(leasts.of("b"), { present: 5, fresh: 5 });
  leasts.acknowledge("a", 9);
  t.deepEqual(leasts.of("a"), { present: 5, fresh: 5 });
});

test("of too many keys, all are forgotten, and every key is held to now", (t) => {
  const { leasts, next } = openVersions();
  for (let index = 0; index < MAX_LEAST_VERSIONS; index += 1) leasts.raise(`${index}`, next());
  leasts.raise("0", next());
  t.deepEqual(leasts.of("of nobody"), { present: 0, fresh: 0 });
  const last = next();
  leasts.raise("one more", last);
  const floor = last + 1;
  for (const key of ["0", "1", "of nobody"]) t.deepEqual(leasts.of(key), { present: floor, fresh: floor });
  t.true(leasts.of("one more").present >= last);
});

testProp(
  "what was not acknowledged is demanded, whatever else happened",
  [
    fc.array(
      fc.record({
        key: fc.constantFrom("a", "b", "c"),
        kind: fc.constantFrom("raise", "expire", "acknowledge", "floor"),
      }),
      { maxLength: 50 },
    ),
  ],
  (t, steps) => {
    const { leasts, next } = openVersions();
    const written = new Map<string, number>();
    for (const { key, kind } of steps) {
      const version = next();
      if (kind === "floor") leasts.raiseFloor(version);
      else if (kind === "expire") leasts.raiseFresh(key, version);
      else if (kind === "raise") {
        leasts.raise(key, version);
        written.set(key, version);
      } else {
        const acknowledged = written.get(key);
        if (acknowledged === undefined) continue;
        leasts.acknowledge(key, acknowledged);
        if (leasts.of(key).present < acknowledged) written.delete(key);
      }
      t.true([...written].every(([each, least]) => leasts.of(each).present >= least));
    }
    t.true([...written].every(([each, least]) => leasts.of(each).present >= least));
  },
);
