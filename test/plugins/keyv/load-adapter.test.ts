import { fileURLToPath } from "node:url";
import test from "ava";
import { loadAdapter } from "@stockpile/plugin-keyv";
import type { KeyvParameters } from "@stockpile/plugin-keyv";
import { filesIn, newFolder, removeFolder } from "./adapters.js";

const OWN = new URL("fixtures/adapters.js", import.meta.url).href;

function parameters(given: Partial<KeyvParameters>): KeyvParameters {
  return {
    adapter: OWN,
    exportName: undefined,
    arguments: [],
    resolveFrom: undefined,
    namespace: "stockpile",
    maxKeyBytes: 80,
    ...given,
  };
}

for (const [what, given] of [
  ["a class by its name", { exportName: "LaterAdapter" }],
  ["what a function has made a Keyv around", { exportName: "createKeyv" }],
  ["a module by its path", { adapter: fileURLToPath(OWN), exportName: "LaterAdapter" }],
  ["the default export of a package", { adapter: "@keyv/redis", arguments: ["redis://127.0.0.1:1"] }],
  [
    "the one adapter a package exports",
    { adapter: "@resolid/keyv-sqlite", arguments: [{ uri: ":memory:" }] },
  ],
] as const) {
  test(`loadAdapter() finds ${what}`, async (t) => {
    const adapter = await loadAdapter(parameters(given));
    t.is(typeof adapter.get, "function");
    t.is(typeof adapter.set, "function");
    await adapter.disconnect?.();
  });
}

test("loadAdapter() constructs a CommonJS package's default export with what it is given", async (t) => {
  const folder = newFolder();
  t.teardown(() => removeFolder(folder));
  const { options } = filesIn(folder) as { options: object };
  const adapter = await loadAdapter(parameters({ adapter: "keyv-file", arguments: [options] }));
  t.like(adapter, { opts: options });
});

for (const [what, given, message] of [
  [
    "a package that is not installed",
    { adapter: "keyv-of-nobody" },
    /^Cannot find Keyv adapter "keyv-of-nobody": expected it to be installed in .*: received none \(npm install keyv-of-nobody\)$/,
  ],
  [
    "a module with several adapters, none of which was named",
    {},
    /expected one class or function to be exported, or "export" to name one: received .*Forgetful.*LaterAdapter/,
  ],
  [
    "an export that is not there",
    { exportName: "Sqlite" },
    /expected "Sqlite" to be exported as a class or a function: received .*LaterAdapter/,
  ],
  ["an export that is no function", { exportName: "notAFunction" }, /expected "notAFunction" to be exported/],
  [
    "a function that makes no adapter",
    { exportName: "makesNothing" },
    /expected an object with get, set and delete, or a Keyv with one: received number/,
  ],
  ["an adapter whose constructor throws", { exportName: "Failing" }, /^no such server$/],
] as const) {
  test(`loadAdapter() refuses ${what}`, async (t) => {
    await t.throwsAsync(loadAdapter(parameters(given)), { message });
  });
}
