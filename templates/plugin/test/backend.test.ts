import assert from "node:assert/strict";
import test from "node:test";
import { testBackend } from "@stockpile/core/testing";
import { MapBackend } from "../src/map-backend.js";
import { parseParameters } from "../src/parameters.js";

// Every sentence of the contract, called directly and as a cache runs it, and then while the plugin goes wrong.
testBackend({
  test: (title, run) => void test(title, run),
  plugin: new URL("../src/main.js", import.meta.url),
  parameters: () => ({}),
  // What it stores is in memory, and ends with the plugin's thread. Take this line out for a store that lasts.
  promises: { persists: false },
});

// What your backend promises besides is for tests of your own.
test("past maxEntries the oldest entry goes", () => {
  const backend = new MapBackend({ maxEntries: 2 });
  for (const key of ["a", "b", "c"]) backend.put({ category: "player", key }, { value: new Uint8Array(1) });
  assert.equal(backend.get({ category: "player", key: "a" }), undefined);
  assert.notEqual(backend.get({ category: "player", key: "c" }), undefined);
});

test("parameters that are wrong are refused, every mistake of them", () => {
  assert.deepEqual(parseParameters({}), { maxEntries: 10_000 });
  assert.throws(() => parseParameters({ maxEntries: 0, entries: 5 }), /%NAME%.*maxEntries.*entries/);
});
