import test from "ava";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishFile } from "../../../src/cli/plugin-build/publish-file.js";
import { temporaryFolder } from "../write-config.js";

test("publishFile() replaces a file and leaves nothing beside it", async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, "shelf.mjs");
  writeFileSync(file, "former");
  await publishFile(file, "new");
  t.is(readFileSync(file, "utf8"), "new");
  t.deepEqual(readdirSync(folder), ["shelf.mjs"]);
});

test("publishFile() leaves nothing behind where the file cannot be replaced", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "shelf.mjs"));
  await t.throwsAsync(publishFile(join(folder, "shelf.mjs"), "new"), { message: /EISDIR|EPERM|ENOTEMPTY/ });
  t.deepEqual(readdirSync(folder), ["shelf.mjs"]);
});
