/** `stockpile plugin build`, as its users run it: on packages with dependencies in a node_modules of their own. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { Stockpile } from "../../src/host/main.js";
import { SHELF_SOURCE, writePackage } from "./plugin-build/write-package.js";
import type { PackageFiles } from "./plugin-build/write-package.js";
import { ROOT, runCommand } from "./run-command.js";
import type { Ended } from "./run-command.js";
import { testUsageErrors } from "./test-usage-errors.js";
import { temporaryFolder } from "./write-config.js";

/** Two packages to depend on: one of each kind of module. */
const DEPENDENCIES: PackageFiles = {
  "node_modules/joiner/package.json": { name: "joiner", version: "1.0.0", main: "lib/index.js" },
  "node_modules/joiner/lib/index.js": `/*! joiner, MIT */
const fs = require("node:fs"); const os = require("os");
exports.join = (...parts) => parts.join("/");
exports.isHere = fs.existsSync(__filename) && os.EOL !== "";`,
  "node_modules/tally/package.json": {
    name: "tally",
    version: "2.0.0",
    type: "module",
    exports: "./main.js",
  },
  "node_modules/tally/main.js": `const require = "a name of its own";
export const tally = (map) => map.size + require.length;`,
};
const DEPENDENT_SOURCE = `import { isHere, join } from "joiner";
import { tally } from "tally";
import { PROTOCOL_VERSION } from "@stockpile/core/plugin";
${SHELF_SOURCE.replaceAll('category + "/" + key', "join(category, key)")}
if (!isHere || tally(new Map()) !== 17 || PROTOCOL_VERSION < 1) throw new Error("Something is missing");
`;
const DEPENDENT: PackageFiles = { ...DEPENDENCIES, "src/main.ts": DEPENDENT_SOURCE };
/** An addon as packages have it: the code that finds it, and the file. */
const ADDON: PackageFiles = {
  "node_modules/swift-db/package.json": { name: "swift-db", version: "3.0.0" },
  "node_modules/swift-db/index.js": `module.exports = require("./build/Release/swift.node");`,
  "node_modules/swift-db/build/Release/swift.node": "\u007fELF",
};

/** Tests of a file run all at once, and a limit on time is no limit for fifty processes: so many go at a time. */
const LANES = 3;
const lanes: Promise<unknown>[] = Array.from({ length: LANES }, () => Promise.resolve());
let turn = 0;

async function build(folder: string, ...args: string[]): Promise<Ended> {
  const lane = turn++ % LANES;
  const ended = (lanes[lane] ?? Promise.resolve()).then(() =>
    runCommand(["plugin", "build", ...args], { cwd: folder }),
  );
  lanes[lane] = ended;
  return ended;
}

/** Opens Stockpile on a folder with nothing but the file, and no node_modules anywhere, and uses the plugin. */
async function assertServes(t: ExecutionContext, file: string): Promise<void> {
  const pluginDirectory = temporaryFolder(t);
  copyFileSync(file, join(pluginDirectory, "shelf.mjs"));
  const stockpile = await Stockpile.open(
    { pluginDirectory, plugins: { shelf: { startup: "required" } }, storage: { plugin: "shelf" } },
    { logger: pino({ level: "silent" }) },
  );
  t.teardown(() => stockpile.close());
  const parts = stockpile.category<string>("part");
  await parts.set("bolt", "M8");
  t.is(await parts.get("bolt"), "M8");
  t.is(stockpile.health().plugins[0]?.calls.failed, 0);
}

test("a TypeScript plugin and its dependencies become one file that serves from a folder with nothing beside it", async (t) => {
  const folder = writePackage(t, DEPENDENT);
  const { code, stdout, stderr } = await build(folder);

  t.is(code, 0, stderr);
  t.regex(stdout, /^Built Shelf 1\.2\.0\n {2}file +dist\/shelf\.mjs\n/);
  t.regex(stdout, /^ {2}source +src\/main\.ts, .*joiner@1\.0\.0, tally@2\.0\.0$/m);
  t.regex(stdout, /^ {2}size +[\d,]+ bytes\n {2}sha256 +[0-9a-f]{64}\n {2}protocol +1\n$/m);
  t.deepEqual(readdirSync(join(folder, "dist")), ["shelf.mjs"]);
  const text = readFileSync(join(folder, "dist/shelf.mjs"), "utf8");
  t.true(text.startsWith("/* @stockpile protocol 1 */\n"));
  t.true(text.includes("joiner, MIT"), "comments with a licence stay");
  await assertServes(t, join(folder, "dist/shelf.mjs"));
});

test("a plugin of this repository can be built into one file", async (t) => {
  const out = temporaryFolder(t);
  const { code, stderr } = await build(ROOT, "plugins/memory", "--out", join(out, "memory.mjs"));
  t.is(code, 0, stderr);
  t.is(stderr, "");
  await assertServes(t, join(out, "memory.mjs"));
});

test("a plugin in CommonJS keeps its exports", async (t) => {
  const source = SHELF_SOURCE.replace(/^import.*\n/, "")
    .replaceAll("export ", "")
    .replaceAll(/: Plugin\w+|: Promise<void>|<string, StoredEntry>/g, "");
  const folder = writePackage(t, {
    "package.json": { name: "shelf", main: "lib/main" },
    "lib/main.js": `${source}\nmodule.exports = { metadata, initializePlugin };`,
  });
  const { code, stderr } = await build(folder);
  t.is(code, 0, stderr);
  await assertServes(t, join(folder, "dist/shelf.mjs"));
});

test("the same sources give the same bytes wherever they and their packages lie, and name no folder of the machine", async (t) => {
  const inside = writePackage(t, DEPENDENT);
  const workspace = writePackage(t, DEPENDENCIES);
  const outside = writePackage(t, { "src/main.ts": DEPENDENT_SOURCE }, join(workspace, "packages/shelf"));
  for (const folder of [inside, outside]) t.is((await build(folder, "--sourcemap")).code, 0);

  for (const name of ["shelf.mjs", "shelf.mjs.map"]) {
    const text = readFileSync(join(inside, "dist", name), "utf8");
    t.is(readFileSync(join(outside, "dist", name), "utf8"), text);
    for (const path of [tmpdir(), ROOT, process.env["HOME"] ?? ROOT, "../"])
      t.false(text.includes(`${path.replace(/\/$/, "")}/`), `${name} names ${path}`);
  }
});

test("--sourcemap leads the places in the built file back to the sources", async (t) => {
  const folder = writePackage(t, DEPENDENT);
  await build(folder, "--sourcemap");
  const file = join(folder, "dist/shelf.mjs");
  t.regex(readFileSync(file, "utf8"), /\n\/\/# sourceMappingURL=shelf\.mjs\.map\n$/);
  const { sources } = JSON.parse(readFileSync(`${file}.map`, "utf8")) as { sources: string[] };
  t.true(sources.includes("src/main.ts") && sources.includes("node_modules/joiner/lib/index.js"));
  await build(folder);
  t.false(readFileSync(file, "utf8").includes("sourceMappingURL"));
});

test("--sourcemap replaces a map beside an earlier build, and no other file", async (t) => {
  const folder = writePackage(t, { "src/main.ts": SHELF_SOURCE, "dist/shelf.mjs.map": "mine" });
  const map = join(folder, "dist/shelf.mjs.map");
  const { code, stderr } = await build(folder, "--sourcemap");
  t.is(code, 1);
  t.regex(stderr, /^Cannot build a plugin to .*: expected nothing at .*shelf\.mjs\.map, .*--out\n$/);
  t.is(readFileSync(map, "utf8"), "mine");
  t.false(existsSync(join(folder, "dist/shelf.mjs")));

  t.is((await build(folder)).code, 0, "without a map it is nobody's concern");
  t.is(readFileSync(map, "utf8"), "mine");
  t.is((await build(folder, "--sourcemap")).code, 0);
  t.not(readFileSync(map, "utf8"), "mine");
});

test("--out takes a file or a folder, from where the command runs", async (t) => {
  const folder = writePackage(t, { "src/main.ts": SHELF_SOURCE });
  const elsewhere = temporaryFolder(t);
  mkdirSync(join(elsewhere, "plugins"));
  for (const [out, file] of [
    ["rack.mjs", "rack.mjs"],
    ["plugins", "plugins/shelf.mjs"],
    ["new/", "new/shelf.mjs"],
  ] as const) {
    const { code, stdout } = await build(elsewhere, folder, "--out", out);
    t.is(code, 0);
    t.true(stdout.includes(`  file      ${file}\n`), stdout);
    t.true(existsSync(join(elsewhere, file)));
  }
});

test("everything that cannot be bundled is told at once, with its place, and nothing is written", async (t) => {
  const folder = writePackage(t, {
    ...ADDON,
    "src/main.ts": `import swift from "swift-db";
import { other } from "./other.js";
import missing from "missing-package/deep";
import { Stockpile } from "@stockpile/core";
import own from "./own.node";
import bytes from "./table.wasm";
${SHELF_SOURCE}
console.log(swift, other, missing, Stockpile, own, bytes);`,
    "src/other.ts": `import "./nowhere.js";\nexport const other = 1;`,
    "src/own.node": "",
    "src/table.wasm": "",
  });
  const { code, stdout, stderr } = await build(folder);

  t.is(code, 1);
  t.is(stdout, "");
  t.regex(stderr, /^Cannot build plugin "shelf" from .*: 6 errors\n/);
  for (const line of [
    /src\/main\.ts:1:19: error: cannot bundle "swift-db": it loads a native addon: use a package without native code, or load this plugin as a folder/,
    /src\/other\.ts:1:8: error: cannot find "\.\/nowhere\.js"/,
    /src\/main\.ts:3:21: error: cannot find the package of "missing-package\/deep": is it installed\?/,
    /src\/main\.ts:4:27: error: cannot bundle "@stockpile\/core": a plugin runs apart from its host/,
    /src\/main\.ts:5:17: error: cannot bundle "\.\/own\.node": it is a native addon/,
    /src\/main\.ts:6:19: error: No loader is configured for "\.wasm" files: src\/table\.wasm: keep such data in a module/,
  ])
    t.regex(stderr, line);
  t.false(existsSync(join(folder, "dist")));
});

for (const [how, manifest, files] of [
  ["node-gyp", { gypfile: true }, {}],
  ["a binding.gyp", {}, { "node_modules/swift-db/binding.gyp": "{}" }],
  ["napi-rs", { napi: { binaryName: "swift" } }, {}],
  ["node-pre-gyp", { binary: { module_name: "swift" } }, {}],
  ["prebuilds", {}, { "node_modules/swift-db/prebuilds/linux-x64/node.napi.node": "" }],
  ["bindings", { dependencies: { bindings: "^1.5.0" } }, {}],
  ["a package for one platform", { os: ["linux"], cpu: ["x64"] }, {}],
] as const) {
  test(`a package with native code is known by ${how}`, async (t) => {
    const folder = writePackage(t, {
      "node_modules/swift-db/package.json": { name: "swift-db", version: "3.0.0", ...manifest },
      "node_modules/swift-db/index.js": "exports.swift = 1;",
      ...files,
      "src/main.ts": `import { swift } from "swift-db";\n${SHELF_SOURCE}\nconsole.log(swift);`,
    });
    const { code, stderr } = await build(folder);
    t.is(code, 1);
    t.regex(stderr, /: 1 error\n {2}src\/main\.ts:1:23: error: cannot bundle "swift-db": it /);
  });
}

test("packages that code is prepared to do without are left out, with a warning", async (t) => {
  const folder = writePackage(t, {
    ...ADDON,
    "node_modules/careful/package.json": { name: "careful", version: "1.0.0" },
    "node_modules/careful/index.js": `let swift = "none", debug = "none";
try { swift = require("swift-db"); } catch {}
try { debug = require("debug-not-there"); } catch {}
exports.found = swift + debug;`,
    "src/main.ts": `import { found } from "careful";\n${SHELF_SOURCE}\nif (found !== "nonenone") throw new Error(found);`,
  });
  const { code, stderr } = await build(folder);
  t.is(code, 0, stderr);
  t.regex(
    stderr,
    /^node_modules\/careful\/index\.js: warning: "swift-db" is left out: it loads a native addon: /m,
  );
  t.regex(
    stderr,
    /^node_modules\/careful\/index\.js: warning: "debug-not-there" is left out: it is not installed: /m,
  );
  await assertServes(t, join(folder, "dist/shelf.mjs"));
});

test("imports that nothing uses are no matter, as in TypeScript", async (t) => {
  const folder = writePackage(t, {
    ...ADDON,
    "src/main.ts": `import swift from "swift-db";\nimport { Rack } from "./rack.js";\n${SHELF_SOURCE}`,
  });
  const { code, stderr } = await build(folder);
  t.is(code, 0);
  t.is(stderr, "");
});

test("what can only be known when it runs is warned of, with file and line", async (t) => {
  const folder = writePackage(t, {
    "node_modules/late/package.json": { name: "late", version: "1.0.0" },
    "node_modules/late/index.js": `exports.load = (name) =>\n  require(name);\nexports.data = __dirname + "/data.bin";`,
    "src/main.ts": `import { data, load } from "late";
${SHELF_SOURCE}
export const later = (name: string) => import(name);
export const table = () => new URL("./table.json", import.meta.url);
export const start = () => new Worker("./worker.js");
// new Worker("./in-a-comment.js")
console.log(data, load);`,
  });
  const { code, stderr } = await build(folder);
  t.is(code, 0, stderr);
  const at = SHELF_SOURCE.split("\n").length + 1;
  for (const line of [
    /^node_modules\/late\/index\.js:2:3: warning: This call to "require" will not be bundled because the argument is not a string literal: /m,
    /^node_modules\/late\/index\.js:3:16: warning: asks where it lies: /m,
    new RegExp(`^src/main\\.ts:${at + 1}:\\d+: warning: This "import" expression will not be bundled`, "m"),
    new RegExp(`^src/main\\.ts:${at + 2}:\\d+: warning: asks for the file "\\./table\\.json": `, "m"),
    new RegExp(`^src/main\\.ts:${at + 3}:\\d+: warning: starts a worker thread: `, "m"),
  ])
    t.regex(stderr, line);
  t.is(stderr.match(/starts a worker/g)?.length, 1);
});

for (const [title, source, message, ...args] of [
  [
    "throws",
    `${SHELF_SOURCE}\n\nfunction fail(): never { throw new TypeError("no such shelf"); }\nfail();`,
    /src\/main\.ts:15:32: error: Cannot load plugin "shelf" from .*dist\/shelf\.mjs: TypeError: no such shelf\n/,
  ],
  ["throws null", `throw null;`, /error: .*Non-error thrown: null\n/],
  ["ends its thread", `process.exit(0);`, /error: .*The plugin ended its thread with exit code 0\n/],
  [
    "blocks its thread",
    `for (;;);`,
    /error: .*expected its import to end within 700 ms: it blocks its thread, or/,
    "--limit",
    "0.7",
  ],
  [
    "awaits for ever",
    `await new Promise(() => {});`,
    /error: .*expected its import to end within 700 ms/,
    "--limit",
    "0.7",
  ],
  [
    "does not compile",
    `export const metadata = {;`,
    /src\/main\.ts:1:26: error: Expected identifier but found ";"\n/,
  ],
  [
    "exports nothing",
    `console.log("so far");`,
    /it prints: so far\n(?:.*\n)*.*error: .*expected an export "metadata": found no exports at all\n/,
  ],
  [
    "has no initializePlugin",
    `export const metadata = { name: "Shelf", version: "1.0.0" };`,
    /error: .*expected an export "initializePlugin": found exports "metadata"\n/,
  ],
  [
    "has an initializePlugin that is no function",
    `export const metadata = { name: "Shelf", version: "1.0.0" }; export const initializePlugin = 1;`,
    /error: .*expected "initializePlugin" to be a function: found number\n/,
  ],
  [
    "has metadata without a version",
    `export const metadata = { name: "Shelf" }; export function initializePlugin() {}`,
    /error: .*expected "metadata\.version" to be a string of 1 to 64 characters: found nothing\n/,
  ],
] as const) {
  test(`a plugin that ${title} is refused, and the build before it stays`, async (t) => {
    const folder = writePackage(t, { "src/main.ts": SHELF_SOURCE });
    await build(folder);
    const before = readFileSync(join(folder, "dist/shelf.mjs"));
    writeFileSync(join(folder, "src/main.ts"), source);
    const { code, stdout, stderr } = await build(folder, ...args);

    t.is(code, 1);
    t.is(stdout, "");
    t.regex(stderr, message);
    t.notRegex(stderr, /stockpile-build-|^ +at /m);
    t.deepEqual(readdirSync(join(folder, "dist")), ["shelf.mjs"]);
    t.deepEqual(readFileSync(join(folder, "dist/shelf.mjs")), before);
  });
}

// By itself: the thread is to be stuck before the limit.
test.serial(
  "a plugin whose thread is stuck in the kernel is refused too, and the command ends",
  async (t) => {
    const folder = temporaryFolder(t);
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const main = `import { readFileSync } from "node:fs";\nreadFileSync(${JSON.stringify(pipe)});`;
    writePackage(t, { "src/main.ts": main }, folder);
    const { code, signal, stderr } = await runCommand(["plugin", "build", "--limit", "4"], { cwd: folder });
    t.regex(stderr, /expected its import to end within 4000 ms/);
    t.deepEqual({ code, signal }, { code: null, signal: "SIGKILL" });
    t.false(existsSync(join(folder, "dist")));
  },
);

test("initializePlugin is not called: it may need options that only a configuration has", async (t) => {
  const folder = writePackage(t, {
    "src/main.ts": SHELF_SOURCE.replace("await context", `throw new Error("called"); await context`),
  });
  const { code, stderr } = await build(folder);
  t.is(code, 0);
  t.is(stderr, "");
});

test("what a plugin prints while it is loaded is shown as plain text, and no more of it than somebody reads", async (t) => {
  const folder = writePackage(t, {
    "src/main.ts": `${SHELF_SOURCE}\nfor (let n = 1; n <= 50; n += 1) console.log("\\u001b[31mline " + n);`,
  });
  const { code, stderr } = await build(folder);
  t.is(code, 0);
  t.regex(stderr, /^ {2}it prints: \[31mline 1\n/);
  t.true(stderr.endsWith("line 20\n  it prints 30 lines more\n"), stderr);
});

test("a version that is no semantic one is warned of", async (t) => {
  const folder = writePackage(t, { "src/main.ts": SHELF_SOURCE.replace("1.2.0", "spring") });
  const { code, stdout, stderr } = await build(folder);
  t.is(code, 0);
  t.regex(stderr, /^warning: .*semantic/);
  t.regex(stdout, /^Built Shelf spring\n/);
});

test("metadata that says native is warned of: a built file holds no native code", async (t) => {
  const folder = writePackage(t, {
    "src/main.ts": SHELF_SOURCE.replace(`version: "1.2.0"`, `version: "1.2.0", native: true`),
  });
  const { code, stderr } = await build(folder);
  t.is(code, 0);
  t.regex(stderr, /^warning: its metadata says "native": /);
});

for (const [title, files, args, message] of [
  [
    "a folder that is not there",
    {},
    ["nowhere"],
    /^Cannot build a plugin from .*nowhere: expected a folder: there is none\n$/,
  ],
  ["a file", { "main.js": "" }, ["main.js"], /main\.js: expected a folder: it is a file\n$/],
  [
    "a folder without package.json",
    { "inner/main.ts": "" },
    ["inner"],
    /inner: expected a package\.json in it: there is none\n$/,
  ],
  [
    "a package.json that is not JSON",
    { "package.json": "{ name: 1 }" },
    [],
    /: expected its package\.json to be JSON: /,
  ],
  [
    "a package.json that is a list",
    { "package.json": "[]" },
    [],
    /: expected its package\.json to be a JSON object\n$/,
  ],
  [
    "a package for another protocol",
    { "package.json": { stockpile: { protocol: 99 } } },
    [],
    /expected "stockpile\.protocol" in its package\.json to be 1, .*: received 99\n$/,
  ],
  [
    "a package without a source",
    { "package.json": { name: "shelf", main: "dist/main.js" } },
    [],
    /expected its source, dist\/main\.js, .*src\/main\.ts.*: found none: name it .*"stockpile": \{ "entry": … \}\n$/,
  ],
  [
    "exports without the package itself",
    { "package.json": { name: "shelf", exports: { "./a": "./a.js", "./b": "./b.js" } } },
    [],
    /expected "exports" in its package\.json to have an entry "\." for import/,
  ],
  [
    "an entry that is not there",
    { "package.json": { name: "shelf", stockpile: { entry: "src/plugin.ts" } } },
    [],
    /expected "stockpile\.entry" .*: received "src\/plugin\.ts"\n$/,
  ],
  [
    "a name that is no plugin's",
    { "package.json": { name: "Shelf!" }, "src/main.ts": SHELF_SOURCE },
    [],
    /expected a file name that a plugin directory finds, .*: received "Shelf!\.mjs": say another by --out FILE\n$/,
  ],
  [
    "an output that no plugin directory finds",
    { "src/main.ts": SHELF_SOURCE },
    ["--out", "shelf.js"],
    /: received "shelf\.js"\n$/,
  ],
  [
    "an output that is somebody's file",
    { "src/main.ts": SHELF_SOURCE, "shelf.mjs": "export {}" },
    ["--out", "shelf.mjs"],
    /expected an earlier build or nothing there: found a file that is none/,
  ],
  [
    "an output that is a folder",
    { "src/main.ts": SHELF_SOURCE, "dist/shelf.mjs/x": "" },
    [],
    /found something else\n$/,
  ],
  [
    "an output in what is a file",
    { "src/main.ts": SHELF_SOURCE, file: "" },
    ["--out", "file/shelf.mjs"],
    /a part of the path is not a folder\n$/,
  ],
] as const) {
  test(`${title} cannot be built from or to, and the command says why`, async (t) => {
    const folder = writePackage(t, files);
    const { code, stdout, stderr } = await build(folder, ...args);
    t.is(code, 1);
    t.is(stdout, "");
    t.regex(stderr, message);
    t.is(stderr.match(/\n/g)?.length, 1, stderr);
  });
}

for (const [title, manifest, files] of [
  [
    "stockpile.entry, before all else",
    { main: "wrong.js", stockpile: { protocol: 1, entry: "lib/right.ts" } },
    { "lib/right.ts": SHELF_SOURCE, "wrong.js": "" },
  ],
  [
    "exports, by the conditions of an import",
    { exports: { ".": { types: "./t.d.ts", require: "./wrong.cjs", import: "./right.ts" } } },
    { "right.ts": SHELF_SOURCE, "wrong.cjs": "" },
  ],
  [
    "main, where there are no exports",
    { main: "./right.ts" },
    { "right.ts": SHELF_SOURCE, "src/main.ts": "" },
  ],
  [
    "src/main.ts, where what exports names has yet to be built",
    { exports: "./dist/main.js" },
    { "src/main.ts": SHELF_SOURCE },
  ],
  [
    "src/main.ts, where exports names an earlier build",
    { exports: "./dist/shelf.mjs" },
    { "src/main.ts": SHELF_SOURCE, "dist/shelf.mjs": "/* Built by stockpile plugin build */" },
  ],
] as const) {
  test(`the source is found by ${title}`, async (t) => {
    const folder = writePackage(t, {
      "package.json": { name: "shelf", ...manifest },
      ...files,
    });
    const { code, stderr } = await build(folder);
    t.is(code, 0, stderr);
    await assertServes(t, join(folder, "dist/shelf.mjs"));
  });
}

test("esbuild is that of the plugin's own folder, where there is one, and must not be too old", async (t) => {
  const folder = writePackage(t, {
    "src/main.ts": SHELF_SOURCE,
    "node_modules/esbuild/package.json": { name: "esbuild", version: "0.19.0" },
    "node_modules/esbuild/index.js": `exports.version = "0.19.0";`,
  });
  const { code, stderr } = await build(folder);
  t.is(code, 1);
  t.regex(
    stderr,
    /expected the package esbuild >=0\.25\.0: found 0\.19\.0 at .*node_modules\/esbuild\/index\.js: run "npm install --save-dev esbuild" there\n$/,
  );
});

test("where esbuild is not installed, the command says how to install it", async (t) => {
  const home = temporaryFolder(t);
  cpSync(join(ROOT, "dist", "src"), join(home, "dist", "src"), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(home, "package.json"));
  mkdirSync(join(home, "node_modules"));
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name !== "esbuild") symlinkSync(join(ROOT, "node_modules", name), join(home, "node_modules", name));
  }
  const folder = writePackage(t, { "src/main.ts": SHELF_SOURCE });
  const { code, stderr } = await runCommand(["plugin", "build"], {
    cwd: folder,
    main: join(home, "dist", "src", "cli", "main.js"),
  });
  t.is(code, 1);
  t.regex(
    stderr,
    /^Cannot build a plugin from .*: expected the package esbuild .*: it is not installed: run "npm install --save-dev esbuild" there\n$/,
  );
});

testUsageErrors([
  [["plugin"], /^Usage: stockpile plugin /],
  [["plugin", "bild"], /^error: unknown command 'bild'/],
  [["plugin", "build", "--frobnicate"], /^error: unknown option '--frobnicate'/],
  [["plugin", "build", "--limit", "0"], /Expected seconds, above 0 and up to 600/],
  [["plugin", "build", "--limit", "1e9"], /Expected seconds/],
  [["plugin", "build", "a", "b"], /^error: too many arguments for 'build'/],
]);

test("stockpile plugin build --help prints every option and where the source is looked for", async (t) => {
  const { code, stdout } = await runCommand(["plugin", "build", "--help"]);
  t.is(code, 0);
  for (const text of ["--out <file>", "--sourcemap", "--limit <seconds>", "src/main.ts", "esbuild"])
    t.true(stdout.includes(text), text);
  t.true((await runCommand(["help", "plugin"])).stdout.startsWith("Usage: stockpile plugin "));
});
