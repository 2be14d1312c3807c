import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { scanPluginDirectory } from "../../../../src/host/config/modules/scan-plugin-directory.js";
import { makeFolder } from "../make-folder.js";

test("scanPluginDirectory() lists modules and folders with a package.json by name, sorted", async (t) => {
  const folder = await makeFolder(t, {
    "zeta.mjs": "",
    "alpha/package.json": "{}",
    "my-plugin.v2.mjs": "",
    "b.mjs/package.json": "{}",
  });
  t.deepEqual(await scanPluginDirectory(folder), {
    plugins: new Map([
      ["alpha", join(folder, "alpha")],
      ["b.mjs", join(folder, "b.mjs")],
      ["my-plugin.v2", join(folder, "my-plugin.v2.mjs")],
      ["zeta", join(folder, "zeta.mjs")],
    ]),
    isReadable: true,
    problems: [],
  });
  t.deepEqual(
    [...(await scanPluginDirectory(folder)).plugins.keys()],
    ["alpha", "b.mjs", "my-plugin.v2", "zeta"],
  );
});

test("scanPluginDirectory() passes over everything else", async (t) => {
  const folder = await makeFolder(t, {
    "README.md": "",
    "script.js": "",
    "types.d.mts": "",
    "folder/index.js": "",
    "folder-of-folder/package.json/x": "",
    ".hidden.mjs": "",
    ".git/package.json": "{}",
  });
  await symlink(join(folder, "nowhere"), join(folder, "dangling"));
  t.deepEqual(await scanPluginDirectory(folder), { plugins: new Map(), isReadable: true, problems: [] });
});

test("scanPluginDirectory() follows symbolic links", async (t) => {
  const folder = await makeFolder(t, { "real/package.json": "{}", "real.js": "", "plugins/x": "" });
  await symlink(join(folder, "real"), join(folder, "plugins/linked"));
  await symlink(join(folder, "real.js"), join(folder, "plugins/single.mjs"));
  const { plugins } = await scanPluginDirectory(join(folder, "plugins"));
  t.deepEqual([...plugins.keys()], ["linked", "single"]);
});

test("scanPluginDirectory() reports names that are no plugin's and goes on", async (t) => {
  const folder = await makeFolder(t, { "My Plugin.mjs": "", "good.mjs": "", "_x/package.json": "{}" });
  const { plugins, problems } = await scanPluginDirectory(folder);
  t.deepEqual([...plugins.keys()], ["good"]);
  t.is(problems.length, 2);
  t.regex(problems[0] ?? "", /My Plugin\.mjs to be named by at most 64 of a-z.*: received "My Plugin"$/);
  t.regex(problems[1] ?? "", /received "_x"$/);
});

test("scanPluginDirectory() reports two entries of one name", async (t) => {
  const folder = await makeFolder(t, { "a.mjs": "", "a/package.json": "{}" });
  const { problems } = await scanPluginDirectory(folder);
  t.deepEqual(problems, [
    `expected one plugin named "a": found ${join(folder, "a")} and ${join(folder, "a.mjs")}`,
  ]);
});

test("scanPluginDirectory() lists a module that is a link to nowhere, for resolving it to report", async (t) => {
  const folder = await makeFolder(t);
  const path = join(folder, "a.mjs");
  await symlink(join(folder, "nowhere"), path);
  t.deepEqual(await scanPluginDirectory(folder), {
    plugins: new Map([["a", path]]),
    isReadable: true,
    problems: [],
  });
});

test("scanPluginDirectory() reports a directory that is missing or none", async (t) => {
  const folder = await makeFolder(t, { file: "" });
  await mkdir(join(folder, "empty"));
  const missing = join(folder, "missing");
  const file = join(folder, "file");
  t.deepEqual((await scanPluginDirectory(join(folder, "empty"))).problems, []);
  t.deepEqual((await scanPluginDirectory(missing)).problems, [
    `expected a readable folder at ${missing}: there is none`,
  ]);
  t.deepEqual((await scanPluginDirectory(file)).problems, [
    `expected a readable folder at ${file}: a part of the path is not a folder`,
  ]);
});
