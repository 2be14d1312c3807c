import { existsSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import test from "ava";
import * as plugin from "@stockpile/plugin-file";
import { at, bytes, CALL } from "../support/entries.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { openRegistered, testModule, testRefusals, testRelativePath } from "../support/test-module.js";

testModule(plugin, "file", "File");

for (const parameters of [
  {},
  { fsync: true },
  { fsync: undefined, sweepFiles: undefined },
  { sweepIntervalMs: 10, sweepFiles: 1 },
]) {
  test(`the backend opens with a path and ${inspect(parameters)}`, async (t) => {
    const backend = await openRegistered(plugin, { path: temporaryFolder(t), ...parameters });
    await backend.put(at("a"), { value: bytes("x") }, CALL);
    t.deepEqual(await backend.get(at("a"), CALL), { value: bytes("x") });
    await backend.close?.();
  });
}

test("the folder is created with those above it, for this user alone", async (t) => {
  const path = join(temporaryFolder(t), "a", "b");
  const backend = await openRegistered(plugin, { path });
  t.true(existsSync(path));
  await backend.close?.();
});

testRelativePath(plugin, "data");

const NAMES = `"path", "fsync", "sweepIntervalMs", "sweepFiles"`;
testRefusals(plugin, "file", [
  [undefined, `expected "path" to be the path of a folder: received undefined`],
  [null, "expected parameters to be an object: received null"],
  [[], "expected parameters to be an object: received []"],
  ["data", "expected parameters to be an object: received 'data'"],
  [{}, `expected "path" to be the path of a folder: received undefined`],
  [{ path: "" }, `expected "path" to be the path of a folder: received ''`],
  [{ path: "a\0b" }, `expected "path" to be the path of a folder: received 'a\\x00b'`],
  [{ path: 5 }, `expected "path" to be the path of a folder: received 5`],
  [{ path: "data", fsync: "yes" }, `expected "fsync" to be true or false: received 'yes'`],
  [{ path: "data", fsync: null }, `expected "fsync" to be true or false: received null`],
  [
    { path: "data", sweepIntervalMs: 9 },
    `expected "sweepIntervalMs" to be an integer from 10 to 86400000: received 9`,
  ],
  [
    { path: "data", sweepIntervalMs: 86_400_001 },
    `expected "sweepIntervalMs" to be an integer from 10 to 86400000: received 86400001`,
  ],
  [{ path: "data", sweepFiles: 0 }, `expected "sweepFiles" to be an integer from 1 to 1000000: received 0`],
  [
    { path: "data", sweepFiles: 1.5 },
    `expected "sweepFiles" to be an integer from 1 to 1000000: received 1.5`,
  ],
  [{ path: "data", maxBytes: 5 }, `expected no parameters but ${NAMES}: received "maxBytes"`],
  [{ path: "data", toString: 5 }, `expected no parameters but ${NAMES}: received "toString"`],
  [
    { Path: "data", fsync: 1, sweepFiles: "5" },
    `expected no parameters but ${NAMES}: received "Path"; ` +
      `expected "path" to be the path of a folder: received undefined; ` +
      `expected "fsync" to be true or false: received 1; ` +
      `expected "sweepFiles" to be an integer from 1 to 1000000: received '5'`,
  ],
]);
