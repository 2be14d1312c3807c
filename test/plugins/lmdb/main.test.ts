import { inspect } from "node:util";
import test from "ava";
import * as plugin from "@stockpile/plugin-lmdb";
import { at, bytes, CALL } from "../support/entries.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { openRegistered, testModule, testRefusals, testRelativePath } from "../support/test-module.js";

testModule(plugin, "lmdb", "LMDB");

test("metadata says that the plugin is native", (t) => {
  t.true(plugin.metadata.native);
});

for (const parameters of [
  {},
  { durability: "none" },
  { durability: "sync", maxBytes: undefined },
  { sweepIntervalMs: 10, maxBytes: 1024 * 1024 },
]) {
  test(`the backend opens with a path and ${inspect(parameters)}`, async (t) => {
    const backend = await openRegistered(plugin, { path: temporaryFolder(t), ...parameters });
    await backend.put(at("a"), { value: bytes("x") }, CALL);
    t.is(Buffer.from((await backend.get(at("a"), CALL))?.value ?? []).toString(), "x");
    await backend.ping?.(CALL);
    await backend.close?.();
  });
}

testRelativePath(plugin, "data/data.mdb");

const NAMES = `"path", "durability", "maxBytes", "sweepIntervalMs"`;
testRefusals(plugin, "lmdb", [
  [undefined, `expected "path" to be the path of a folder: received undefined`],
  [null, "expected parameters to be an object: received null"],
  [["data"], "expected parameters to be an object: received [ 'data' ]"],
  [{ path: "" }, `expected "path" to be the path of a folder: received ''`],
  [{ path: "a\0b" }, `expected "path" to be the path of a folder: received 'a\\x00b'`],
  [
    { path: "data", durability: "fsync" },
    `expected "durability" to be "none" or "async" or "sync": received 'fsync'`,
  ],
  [
    { path: "data", maxBytes: 1024 },
    `expected "maxBytes" to be an integer from 1048576 to 9007199254740991: received 1024`,
  ],
  [
    { path: "data", sweepIntervalMs: 9 },
    `expected "sweepIntervalMs" to be an integer from 10 to 86400000: received 9`,
  ],
  [
    { Path: "data", durability: true, maxBytes: "1G" },
    `expected no parameters but ${NAMES}: received "Path"; ` +
      `expected "path" to be the path of a folder: received undefined; ` +
      `expected "durability" to be "none" or "async" or "sync": received true; ` +
      `expected "maxBytes" to be an integer from 1048576 to 9007199254740991: received '1G'`,
  ],
]);
