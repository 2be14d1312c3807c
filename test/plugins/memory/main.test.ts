import test from "ava";
import * as plugin from "@stockpile/plugin-memory";
import { at, CALL } from "../support/entries.js";
import { openRegistered, testModule, testRefusals } from "../support/test-module.js";

testModule(plugin, "memory", "Memory");

for (const parameters of [undefined, {}, { maxBytes: 2048 }, { maxEntries: 10, maxBytes: 10_000 }]) {
  test(`the backend opens with the parameters ${JSON.stringify(parameters)}`, async (t) => {
    const backend = await openRegistered(plugin, parameters);
    await backend.put(at("a"), { value: new Uint8Array([1]) }, CALL);
    t.deepEqual(await backend.get(at("a"), CALL), { value: new Uint8Array([1]) });
    await backend.close?.();
  });
}

test("a parameter that is undefined takes its default", async (t) => {
  const backend = await openRegistered(plugin, { maxEntries: undefined, maxBytes: undefined });
  t.notThrows(() => backend.close?.());
});

test("the parameters are the bounds of the backend", async (t) => {
  const few = await openRegistered(plugin, { maxEntries: 1 });
  const small = await openRegistered(plugin, { maxBytes: plugin.ENTRY_OVERHEAD_BYTES + 100 });
  await few.put(at("a"), { value: new Uint8Array(1) }, CALL);
  await few.put(at("b"), { value: new Uint8Array(1) }, CALL);

  t.is(await few.get(at("a"), CALL), undefined);
  t.throws(() => void small.put(at("a"), { value: new Uint8Array(100) }, CALL), {
    instanceOf: RangeError,
  });
  await few.close?.();
  await small.close?.();
});

test("the default bounds leave half of a plugin's default memory limit free", (t) => {
  t.is(plugin.DEFAULT_MAX_ENTRIES, 100_000);
  t.is(plugin.DEFAULT_MAX_BYTES, (256 / 2) * 1024 * 1024);
});

testRefusals(plugin, "memory", [
  [null, "expected parameters to be an object: received null"],
  [[], "expected parameters to be an object: received []"],
  ["big", "expected parameters to be an object: received 'big'"],
  [{ maxEntries: 0 }, `expected "maxEntries" to be an integer from 1 to 8388608: received 0`],
  [{ maxEntries: 1.5 }, `expected "maxEntries" to be an integer from 1 to 8388608: received 1.5`],
  [{ maxEntries: 8_388_609 }, `expected "maxEntries" to be an integer from 1 to 8388608: received 8388609`],
  [{ maxEntries: "10" }, `expected "maxEntries" to be an integer from 1 to 8388608: received '10'`],
  [{ maxBytes: Number.NaN }, `expected "maxBytes" to be an integer from 1 to 9007199254740991: received NaN`],
  [{ maxBytes: null }, `expected "maxBytes" to be an integer from 1 to 9007199254740991: received null`],
  [
    { maxBytes: Infinity },
    `expected "maxBytes" to be an integer from 1 to 9007199254740991: received Infinity`,
  ],
  [{ maxbytes: 10 }, `expected no parameters but "maxEntries", "maxBytes": received "maxbytes"`],
  [{ toString: 10 }, `expected no parameters but "maxEntries", "maxBytes": received "toString"`],
  [
    { ttl: 5, maxEntries: -1, maxBytes: {} },
    `expected no parameters but "maxEntries", "maxBytes": received "ttl"; ` +
      `expected "maxEntries" to be an integer from 1 to 8388608: received -1; ` +
      `expected "maxBytes" to be an integer from 1 to 9007199254740991: received {}`,
  ],
]);
