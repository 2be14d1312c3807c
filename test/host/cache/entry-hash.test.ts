import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { entryHash } from "../../../src/host/cache/entry-hash.js";

test("entryHash() does not change from release to release: stored entries carry it", (t) => {
  t.deepEqual(entryHash("player", "069a79f4-44e9-4726-a5be-fca90e38aaf5"), [1379501286, 263375737]);
  t.deepEqual(entryHash("a", ""), [2115014258, -1617390351]);
});

test("entryHash() tells where the category ends", (t) => {
  t.notDeepEqual(entryHash("ab", "c"), entryHash("a", "bc"));
});

testProp("entryHash() answers two signed 32-bit integers", [fc.string(), fc.string()], (t, category, key) => {
  for (const half of entryHash(category, key)) t.is(half, half | 0);
});

test("entryHash() does not collide on a hundred thousand keys that differ little", (t) => {
  const seen = new Set<string>();
  for (let index = 0; index < 50_000; index += 1) {
    seen.add(entryHash("player", `player-${index}`).join());
    seen.add(entryHash("texture", `player-${index}`).join());
  }
  t.is(seen.size, 100_000);
});
