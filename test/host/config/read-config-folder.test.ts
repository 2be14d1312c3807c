import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { ConfigError } from "../../../src/contract/errors.js";
import { loadConfig } from "../../../src/host/config/load-config.js";
import { BUILT_IN_MEMORY } from "./built-in-memory.js";
import { makeFolder } from "./make-folder.js";

/** The mistakes of the folder `conf.d` with these files, as `path: message`. */
async function mistakesOf(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  prepare: (folder: string) => Promise<void> = async () => {},
): Promise<string[]> {
  const inFolder = Object.entries(files).map(([name, text]) => [`conf.d/${name}`, text]);
  const cwd = await makeFolder(t, { ...BUILT_IN_MEMORY, ...Object.fromEntries(inFolder) });
  await mkdir(join(cwd, "conf.d"), { recursive: true });
  await prepare(join(cwd, "conf.d"));
  const error = await t.throwsAsync(loadConfig("conf.d", { cwd, env: {} }), { instanceOf: ConfigError });
  t.true(error?.message.startsWith("Cannot use configuration conf.d: "));
  return error?.issues.map(({ path, message }) => `${path}: ${message.replaceAll(cwd, "DIR")}`) ?? [];
}

test("a folder: objects are merged at any depth, of anything else the later file's stands", async (t) => {
  const cwd = await makeFolder(t, {
    ...BUILT_IN_MEMORY,
    "conf.d/10-base.json": JSON.stringify({
      $schema: "./a.schema.json",
      plugins: {
        memory: { options: { list: [1, 2, 3], deep: { a: 1, b: { c: 1 } }, gone: { a: 1 }, kept: null } },
      },
      categories: { player: { ttl: "10m", grace: "1h" } },
      maxValueBytes: 1000,
    }),
    "conf.d/20-more.json": JSON.stringify({
      $schema: "./b.schema.json",
      plugins: { memory: { options: { list: [4], deep: { b: { d: 2 } }, gone: 5 } } },
      categories: { player: { ttl: "5m" }, skin: { ttl: "1d" } },
    }),
    "conf.d/9-last.json": JSON.stringify({ maxValueBytes: 2000 }),
  });
  const config = await loadConfig("conf.d", { cwd });
  t.is(config.source, "conf.d");
  t.is(config.directory, join(cwd, "conf.d"));
  t.deepEqual(config.plugins.get("memory")?.options, {
    list: [4],
    deep: { a: 1, b: { c: 1, d: 2 } },
    gone: 5,
    kept: null,
  });
  t.deepEqual(
    [...config.categories.values()],
    [
      { name: "player", ttlMs: 300_000, graceMs: 3_600_000 },
      { name: "skin", ttlMs: 86_400_000 },
    ],
  );
  t.is(config.maxValueBytes, 2000);
});

test("a folder: relative paths start in it", async (t) => {
  const cwd = await makeFolder(t, {
    "conf.d/a.json": JSON.stringify({ pluginDirectory: "plugins", storage: { plugin: "local" } }),
    "conf.d/b.json": JSON.stringify({ plugins: { own: { module: "../own.mjs" } } }),
    "conf.d/plugins/local.mjs": "",
    "own.mjs": "",
  });
  for (const source of ["conf.d", "conf.d/", join(cwd, "conf.d"), "./plugins/../conf.d"]) {
    const { plugins } = await loadConfig(source, { cwd });
    t.is(plugins.get("local")?.file, join(cwd, "conf.d/plugins/local.mjs"));
    t.is(plugins.get("own")?.file, join(cwd, "own.mjs"));
  }
});

test("a folder: hidden files, schemas, folders and other endings are passed over", async (t) => {
  const cwd = await makeFolder(t, {
    ...BUILT_IN_MEMORY,
    "conf.d/a.json": '{ "maxValueBytes": 5 }',
    "conf.d/.b.json": "no JSON",
    "conf.d/stockpile.schema.json": "[]",
    "conf.d/c.json~": "no JSON",
    "conf.d/d.JSON": "no JSON",
    "conf.d/more/e.json": "no JSON",
    "conf.d/readme.md": "no JSON",
  });
  t.is((await loadConfig("conf.d", { cwd })).maxValueBytes, 5);
});

test("a folder: symbolic links are followed, of files and of the folder itself", async (t) => {
  const cwd = await makeFolder(t, {
    ...BUILT_IN_MEMORY,
    // As Kubernetes mounts a ConfigMap.
    "mount/..2026/a.json": '{ "maxValueBytes": 5 }',
  });
  await symlink("..2026", join(cwd, "mount/..data"));
  await symlink("..data/a.json", join(cwd, "mount/a.json"));
  await symlink("mount", join(cwd, "conf.d"));
  t.is((await loadConfig("conf.d", { cwd })).maxValueBytes, 5);
});

test("a folder: every mistake names the file that says it, and its line there, in their order", async (t) => {
  const mistakes = await mistakesOf(t, {
    "a.json": '{\n  "categories": {\n    "player": { "ttl": "ten" },\n    "skin": { "grace": "x" }\n  }\n}',
    "b.json":
      '{\n  "maxValueBytes": 0,\n  "categories": { "player": {\n    "graze": 1, "graze": 1 }, "skin": { "grace": 5 } },\n  "storage": {}\n}',
    "c.json": '{ "__proto__": {}, "plugins": { "memory": { "startup": "${env:NONE}" } } }',
  });
  t.deepEqual(mistakes, [
    'categories.player.ttl: expected a duration ("500ms", "10s", "5m", "888h", "7d" or a number of milliseconds): received "ten" (a.json, line 3)',
    "maxValueBytes: expected a whole number from 1 to 1073741824: received 0 (b.json, line 2)",
    'categories.player.graze: unknown key: did you mean "grace"? (b.json, line 4)',
    "categories.player.graze: key is there twice (b.json, line 4)",
    "storage.plugin: expected the name of a plugin: received nothing (b.json, line 5)",
    "__proto__: key is not allowed: it reaches the prototype of all objects (c.json, line 1)",
    "plugins.memory.startup: expected environment variable NONE to be set: received nothing (c.json, line 1)",
  ]);
});

test("a folder: a key twice is told of the file that has it, though another's stands", async (t) => {
  const mistakes = await mistakesOf(t, {
    "a.json": '{\n  "maxValueBytes": 5,\n  "maxValueBytes": 6\n}',
    "b.json": '{ "maxValueBytes": 7 }',
  });
  t.deepEqual(mistakes, ["maxValueBytes: key is there twice (a.json, line 3)"]);
});

test("a folder: what is missing in an object of several files is told of the last of them", async (t) => {
  const mistakes = await mistakesOf(t, {
    "a.json": '{ "storage": {} }',
    "b.json": '{\n  "storage": { "backend": "main" }\n}',
    "c.json": "{}",
  });
  t.deepEqual(mistakes, ["storage.plugin: expected the name of a plugin: received nothing (b.json, line 2)"]);
});

test("a folder: mistakes that show only in all files together name the file of the value at fault", async (t) => {
  const storage = JSON.stringify({ plugins: { memory: {} }, maxValueBytes: 67_108_865 });
  const [mistake] = await mistakesOf(t, { "a.json": "{}", "b.json": '{ "storage": { "plugin": "no" } }' });
  t.is(mistake, 'storage.plugin: expected one of file, memory: received "no" (b.json, line 1)');
  const [large] = await mistakesOf(t, { "a.json": storage, "b.json": "{}" });
  t.regex(large ?? "", /^maxValueBytes: expected at most .* \(a\.json, line 1\)$/);
});

test("a folder: all files that cannot be read are told at once, and why", async (t) => {
  const mistakes = await mistakesOf(
    t,
    {
      "a.json": "{}",
      "b.json": '{\n  "near": false,\n}',
      "c.json": "[1]",
      "d.json": "",
      "e.json/f.json": "{}",
      "g.json": "null",
      "h.json": `"${"x".repeat(1_048_575)}"`,
    },
    async (folder) => {
      await symlink("nowhere", join(folder, "i.json"));
      await symlink("j.json", join(folder, "j.json"));
      await symlink("/dev/null", join(folder, "k.json"));
    },
  );
  t.deepEqual(mistakes, [
    ': line 3, column 1: expected a key in double quotation marks: found "}" (JSON has no comma after the last) (b.json)',
    ": expected an object: received [1] (c.json)",
    ": line 1, column 1: expected a value: found the end of the file (d.json)",
    ": expected a JSON file: DIR/conf.d/e.json is a folder (e.json)",
    ": expected an object: received null (g.json)",
    ": expected a file of at most 1048576 bytes: received 1048577 (h.json)",
    ": expected a JSON file at DIR/conf.d/i.json: there is none (i.json)",
    ": expected a JSON file at DIR/conf.d/j.json: its symbolic links go in circles (j.json)",
    ": expected a JSON file: DIR/conf.d/k.json is no regular file (k.json)",
  ]);
});

test("a folder: files that are too large only together are refused", async (t) => {
  const text = JSON.stringify({ $schema: "x".repeat(600_000) });
  t.deepEqual(await mistakesOf(t, { "a.json": text, "b.json": text, "c.json": "not read" }), [
    ": expected files of at most 1048576 bytes together: received more",
  ]);
});

test("a folder: one without a configuration in it is refused", async (t) => {
  const none = [": expected *.json files in the folder DIR/conf.d: found none"];
  t.deepEqual(await mistakesOf(t, {}), none);
  t.deepEqual(await mistakesOf(t, { ".a.json": "{}", "b.txt": "{}", "c/d.json": "{}" }), none);
});
