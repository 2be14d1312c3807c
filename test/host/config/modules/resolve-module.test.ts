import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test from "ava";
import { ResolutionError } from "../../../../src/host/config/modules/resolution-error.js";
import { resolveModule } from "../../../../src/host/config/modules/resolve-module.js";
import { makeFolder } from "../make-folder.js";

const PLUGIN = {
  "package.json": JSON.stringify({
    name: "my-plugin",
    exports: { ".": "./lib/main.js", "./extra": "./lib/extra.js" },
    stockpile: { protocol: 1 },
  }),
  "lib/main.js": "",
  "lib/extra.js": "",
};

function under(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [join(folder, path), content]));
}

test("resolveModule() finds a package, a path within it and their names", async (t) => {
  const folder = await makeFolder(t, {
    ...under("node_modules/my-plugin", PLUGIN),
    "node_modules/@me/plugin/package.json": JSON.stringify({ name: "@me/plugin", main: "./start.cjs" }),
    "node_modules/@me/plugin/start.cjs": "",
  });
  const main = join(folder, "node_modules/my-plugin/lib/main.js");
  const { readable, ...module } = await resolveModule("my-plugin", folder);
  t.deepEqual(module, {
    file: main,
    url: pathToFileURL(main).href,
    protocol: 1,
    isNative: false,
    packageName: "my-plugin",
  });
  t.is(readable[0], join(folder, "node_modules/my-plugin"));
  const extra = await resolveModule("my-plugin/extra", folder);
  t.is(extra.file, join(folder, "node_modules/my-plugin/lib/extra.js"));
  t.is(extra.packageName, "my-plugin");
  const scoped = await resolveModule("@me/plugin", folder);
  t.is(scoped.file, join(folder, "node_modules/@me/plugin/start.cjs"));
  t.is(scoped.packageName, "@me/plugin");
  t.is(scoped.protocol, undefined);
});

test("resolveModule() looks for packages from the configuration's folder upwards", async (t) => {
  const folder = await makeFolder(t, { ...under("node_modules/my-plugin", PLUGIN), "etc/deep/x": "" });
  t.is((await resolveModule("my-plugin", join(folder, "etc/deep"))).packageName, "my-plugin");
});

test("resolveModule() looks for packages from its own place thereafter", async (t) => {
  // Any dependency of Stockpile's will do.
  t.is((await resolveModule("zod", await makeFolder(t))).packageName, "zod");
});

test("resolveModule() finds a file by relative and absolute path and by URL, blanks and all", async (t) => {
  const folder = await makeFolder(t, { "etc/x": "", "my plugins/a b.mjs": "" });
  const file = join(folder, "my plugins/a b.mjs");
  const url = pathToFileURL(file).href;
  for (const specifier of ["../my plugins/a b.mjs", file, url, `${url}?v=1#x`]) {
    const { readable, ...module } = await resolveModule(specifier, join(folder, "etc"));
    t.deepEqual(module, { file, url, protocol: undefined, isNative: false }, specifier);
    t.is(readable[0], file);
  }
  t.is((await resolveModule("./x", join(folder, "etc"))).file, join(folder, "etc/x"));
});

const FOLDERS: readonly (readonly [string, object, readonly string[], string])[] = [
  ["exports", { name: "p", exports: "./a.js", main: "b.js" }, ["a.js", "b.js"], "a.js"],
  [
    "exports with conditions",
    { name: "p", exports: { ".": { require: "./b.cjs", import: "./a.js" } } },
    ["a.js", "b.cjs"],
    "a.js",
  ],
  ["main", { main: "./lib/a.mjs" }, ["lib/a.mjs", "index.js"], "lib/a.mjs"],
  ["main without its suffix", { main: "lib/a" }, ["lib/a.js"], "lib/a.js"],
  ["a folder as main", { main: "lib" }, ["lib/index.js"], "lib/index.js"],
  ["index.js", {}, ["index.js", "main.js"], "index.js"],
  ["index.mjs", {}, ["index.mjs", "main.mjs"], "index.mjs"],
  ["main.js", {}, ["main.js"], "main.js"],
];

for (const [what, manifest, files, expected] of FOLDERS) {
  test(`resolveModule() finds a folder's module by ${what}`, async (t) => {
    const folder = await makeFolder(t, {
      "p/package.json": JSON.stringify(manifest),
      ...Object.fromEntries(files.map((file) => [join("p", file), ""])),
    });
    const found = await resolveModule("./p", folder);
    t.is(found.file, join(folder, "p", expected));
    t.is(found.packageName, "name" in manifest ? "p" : undefined);
  });
}

test("resolveModule() resolves symbolic links", async (t) => {
  const folder = await makeFolder(t, under("real", PLUGIN));
  await symlink(join(folder, "real"), join(folder, "link"));
  t.is((await resolveModule("./link", folder)).file, join(folder, "real/lib/main.js"));
  t.is((await resolveModule("./link/lib/extra.js", folder)).file, join(folder, "real/lib/extra.js"));
});

const PROTOCOLS: readonly (readonly [string, Readonly<Record<string, string>>, number | undefined])[] = [
  ["of the nearest package.json", { "package.json": '{"stockpile":{"protocol":7}}', "p/a.mjs": "" }, 7],
  [
    "of the comment before that",
    { "package.json": '{"stockpile":{"protocol":7}}', "p/a.mjs": "/* @stockpile protocol 2 */" },
    2,
  ],
  [
    "of a comment after a banner",
    { "p/a.mjs": `#!/usr/bin/env node\n/* é */\n/* @stockpile protocol 1 */\n` },
    1,
  ],
  [
    "none, for a comment too far down",
    { "p/a.mjs": `${" ".repeat(1024)}/* @stockpile protocol 1 */` },
    undefined,
  ],
  [
    "none, for a comment of another form",
    { "p/a.mjs": "// @stockpile protocol 1\n/* stockpile protocol 1 */" },
    undefined,
  ],
  [
    "none, where a nearer package.json is silent",
    { "package.json": '{"stockpile":{"protocol":7}}', "p/package.json": "{}", "p/a.mjs": "" },
    undefined,
  ],
  ["NaN, for text", { "p/package.json": '{"stockpile":{"protocol":"1"}}', "p/a.mjs": "" }, Number.NaN],
  ["NaN, for a fraction", { "p/package.json": '{"stockpile":{"protocol":1.5}}', "p/a.mjs": "" }, Number.NaN],
  [
    "none, for a declaration without it",
    { "p/package.json": '{"stockpile":true}', "p/a.mjs": "" },
    undefined,
  ],
];

for (const [what, files, protocol] of PROTOCOLS) {
  test(`resolveModule() answers the declared protocol: ${what}`, async (t) => {
    const folder = await makeFolder(t, files);
    t.is((await resolveModule("./p/a.mjs", folder)).protocol, protocol);
  });
}

const NATIVE: readonly (readonly [string, Readonly<Record<string, string>>, boolean])[] = [
  [
    "yes, by the nearest package.json",
    { "p/package.json": '{"stockpile":{"native":true}}', "p/a.mjs": "" },
    true,
  ],
  [
    "no, where it is something else than true",
    { "p/package.json": '{"stockpile":{"native":"yes"}}', "p/a.mjs": "" },
    false,
  ],
  ["yes, by a comment", { "p/a.mjs": "/* @stockpile protocol 1 native */" }, true],
  [
    "no, where the comment does not say so",
    { "p/package.json": '{"stockpile":{"native":true}}', "p/a.mjs": "/* @stockpile protocol 1 */" },
    false,
  ],
];

for (const [what, files, isNative] of NATIVE) {
  test(`resolveModule() answers whether the module is native: ${what}`, async (t) => {
    const folder = await makeFolder(t, files);
    t.is((await resolveModule("./p/a.mjs", folder)).isNative, isNative);
  });
}

test("resolveModule() does not look for a package.json beyond node_modules", async (t) => {
  const folder = await makeFolder(t, {
    "package.json": '{"stockpile":{"protocol":7}}',
    "node_modules/loose.mjs": "",
  });
  t.is((await resolveModule("./node_modules/loose.mjs", folder)).protocol, undefined);
});

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  [
    "a package that is not installed",
    "no-such-plugin",
    /^cannot find package no-such-plugin from .*: is it installed\? \(npm install no-such-plugin\)$/,
  ],
  ["a path without its dot", "plugins/a.mjs", /: did you mean "\.\/plugins\/a\.mjs"\?$/],
  ["a missing file", "./nothing.mjs", /^cannot find .*nothing\.mjs$/],
  ["a file taken for a folder", "./plugins/a.mjs/b.mjs", /^cannot find /],
  ["a folder without a package.json", "./plugins", /^expected a package\.json in the folder .*: found none$/],
  [
    "a folder without a module",
    "./empty",
    /^expected in the folder .* index\.js or index\.mjs or main\.js or main\.mjs: found none$/,
  ],
  ["a folder whose main is missing", "./lost", /the "main" of its package\.json, lib\/x\.js: found none$/],
  ["a folder with exports but no name", "./nameless", /^expected "name" beside "exports" in .*: found none$/],
  ["a folder whose exports lead nowhere", "./astray", /Cannot find module/],
  ["a folder whose package.json is not JSON", "./broken", /package\.json: it is not JSON$/],
  ["a folder whose package.json is no object", "./listed", /package\.json: it is not a JSON object$/],
  ["a package whose file is missing", "unbuilt", /Cannot find module .*dist/],
  ["a path that a package does not export", "closed/inner.js", /not defined by "exports"/],
  ["a module of Node's own", "fs", /^expected a package name, a path/],
  ["a module of Node's own, by its full name", "node:fs", /^expected a package name, a path/],
  ["a URL of another machine", "https://example.org/x.mjs", /^expected a package name, a path/],
  ["a file: URL of another machine", "file://example.org/x.mjs", /^expected a file: URL of this machine/],
  ["a package's import map", "#x", /^expected a package name, a path/],
  ["a path with a null character", "./a\0b", /the path has a null character$/],
  ["a path that is too long", `./${"a".repeat(5000)}`, /the name is too long$/],
];

for (const [what, specifier, message] of REFUSED) {
  test(`resolveModule() refuses ${what}`, async (t) => {
    const folder = await makeFolder(t, {
      "plugins/a.mjs": "",
      "empty/package.json": "{}",
      "lost/package.json": '{"main":"lib/x.js"}',
      "nameless/package.json": '{"exports":"./a.js"}',
      "nameless/a.js": "",
      "astray/package.json": '{"name":"astray","exports":"./a.js"}',
      "broken/package.json": "{",
      "listed/package.json": "[]",
      "node_modules/unbuilt/package.json": '{"name":"unbuilt","exports":"./dist/main.js"}',
      "node_modules/closed/package.json": '{"name":"closed","exports":"./a.js"}',
      "node_modules/closed/inner.js": "",
    });
    await t.throwsAsync(resolveModule(specifier, folder), { instanceOf: ResolutionError, message });
  });
}
