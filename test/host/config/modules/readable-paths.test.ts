import { symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import test from "ava";
import { readablePaths } from "../../../../src/host/config/modules/readable-paths.js";
import { makeFolder } from "../make-folder.js";

/** Every `node_modules` from a folder upwards, but none within another. */
function packageFolders(folder: string): string[] {
  const above = folder === dirname(folder) ? [] : packageFolders(dirname(folder));
  return folder.endsWith("node_modules") ? above : [join(folder, "node_modules"), ...above];
}

test("readablePaths() has the package of an installed plugin, and where its packages are", async (t) => {
  const folder = await makeFolder(t, {
    "package.json": `{ "name": "users-app" }`,
    "node_modules/@me/shelf/package.json": `{ "name": "@me/shelf" }`,
    "node_modules/@me/shelf/lib/main.js": "",
  });
  const shelf = join(folder, "node_modules/@me/shelf");
  t.deepEqual(await readablePaths(join(shelf, "lib/main.js"), folder), [
    shelf,
    ...packageFolders(join(shelf, "lib")),
  ]);
});

test("readablePaths() has a file alone where the package around it is that of the configuration", async (t) => {
  const folder = await makeFolder(t, { "package.json": `{ "name": "users-app" }`, "plugins/shelf.mjs": "" });
  const file = join(folder, "plugins/shelf.mjs");
  for (const directory of [folder, join(folder, "etc")])
    t.deepEqual(await readablePaths(file, directory), [file, ...packageFolders(join(folder, "plugins"))]);
});

test("readablePaths() has a file alone where there is no package, or one that cannot be read", async (t) => {
  const folder = await makeFolder(t, { "shelf.mjs": "", "broken/package.json": "{", "broken/shelf.mjs": "" });
  for (const file of [join(folder, "shelf.mjs"), join(folder, "broken/shelf.mjs")])
    t.is((await readablePaths(file, "/elsewhere"))[0], file);
});

test("readablePaths() follows packages that are linked, one by the other, in circles too", async (t) => {
  const named = (name: string, ...dependencies: string[]): string =>
    JSON.stringify({ name, dependencies: Object.fromEntries(dependencies.map((each) => [each, "*"])) });
  const folder = await makeFolder(t, {
    "packages/a/package.json": named("a", "b", "absent"),
    "packages/a/main.js": "",
    "packages/b/package.json": named("b", "a", "c"),
    "packages/c/package.json": named("c"),
    "packages/d/package.json": named("d"),
    "node_modules/hoisted/package.json": named("hoisted"),
  });
  for (const name of ["a", "b", "c", "d"])
    await symlink(join(folder, "packages", name), join(folder, "node_modules", name));
  const readable = await readablePaths(join(folder, "packages/a/main.js"), "/elsewhere");
  for (const name of ["a", "b", "c"]) t.true(readable.includes(join(folder, "packages", name)), name);
  // Nothing imports it.
  t.false(readable.includes(join(folder, "packages/d")));
});
