import test from "ava";
import { findOutput } from "../../../src/cli/plugin-build/find-output.js";
import { NAME_PATTERN } from "../../../src/host/config/name.js";
import { temporaryFolder } from "../write-config.js";

for (const name of [
  "shelf",
  "my.shelf-2_b",
  "0",
  "x".repeat(64),
  "x".repeat(65),
  "Shelf",
  ".shelf",
  "-shelf",
  "shélf",
  "a b",
  "",
]) {
  test(`findOutput() takes "${name}" for a file name as a configuration takes it for a plugin's`, async (t) => {
    const directory = temporaryFolder(t);
    const plugin = { directory, name, version: undefined, isNative: false, manifest: {} };
    const found = findOutput(plugin, undefined, false);
    if (NAME_PATTERN.test(name)) t.is(await found, `${directory}/dist/${name}.mjs`);
    else await t.throwsAsync(found, { message: /expected a file name that a plugin directory finds/ });
  });
}
