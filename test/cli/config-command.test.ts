import test from "ava";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT, RunningCommand, runCommand, startServerCommand } from "./run-command.js";
import { testUsageErrors } from "./test-usage-errors.js";
import { temporaryFolder, writeConfig } from "./write-config.js";

/** A folder in which a plugin lies that tells on stdout when it is imported. */
function folderWithPlugin(t: Parameters<typeof temporaryFolder>[0]): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "plugins"));
  writeFileSync(join(folder, "plugins/shelf.mjs"), 'console.log("IMPORTED"); process.exit(3);');
  return folder;
}

test("stockpile config check sums up what it found in a right file, and starts nothing", async (t) => {
  const folder = folderWithPlugin(t);
  const config = {
    pluginDirectory: "plugins",
    storage: { plugin: "memory" },
    near: { entries: 5, bytes: 6 },
    categories: { player: { storage: { plugin: "shelf", backend: "main" } }, skin: { ttl: "1d" } },
  };
  writeFileSync(join(folder, "stockpile.json"), JSON.stringify(config));
  const { code, stdout, stderr } = await runCommand(["config", "check", "stockpile.json"], { cwd: folder });
  t.is(stderr, "");
  t.is(code, 0);
  t.regex(
    stdout,
    new RegExp(
      [
        "^Configuration stockpile\\.json is right",
        "Plugins: 2",
        `  shelf: optional, in a thread, .*${join("plugins", "shelf.mjs")}`,
        "  memory: optional, in a thread, /.*main\\.js",
        "Storage: memory",
        "Categories: 2",
        "  player: shelf, backend main",
        "  skin: memory",
        "Near cache: 5 entries, 6 bytes, freeze",
        "Not checked: options and parameters, which each plugin checks when it starts\n$",
      ].join("\n"),
    ),
  );
});

test("stockpile config check lists every mistake, those of the server's section too", async (t) => {
  const file = writeConfig(t, {
    storage: { plugin: "memroy" },
    near: "off",
    categories: { player: { ttl: 0, graze: "1h" } },
    server: { prot: 80, stop: "soon" },
  });
  const { code, stdout, stderr } = await runCommand(["config", "check", file]);
  t.is(code, 1);
  t.is(stdout, "");
  t.deepEqual(stderr.split("\n"), [
    `Cannot use configuration ${file}: 6 mistakes`,
    '  near: expected false or an object: received "off" (line 1)',
    "  categories.player.ttl: expected a duration above 0: received 0 (line 1)",
    '  categories.player.graze: unknown key: did you mean "grace"? (line 1)',
    '  server.stop: expected a duration from "1ms" to "1d": received "soon" (line 1)',
    '  server.prot: unknown key: did you mean "port"? (line 1)',
    '  storage.plugin: expected one of file, memory: received "memroy" (did you mean "memory"?) (line 1)',
    "",
  ]);
});

test("stockpile config check takes a folder, and names the file of a mistake", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "a.json"), '{ "categories": { "player": { "ttl": "1h" } }, "near": false }');
  writeFileSync(join(folder, "b.json"), '{ "categories": { "skin": {} } }');
  const right = await runCommand(["config", "check", folder]);
  t.is(right.code, 0);
  t.regex(right.stdout, /Categories: 2\n {2}player: memory\n {2}skin: memory\nNear cache: none\n/);
  writeFileSync(join(folder, "c.json"), '{\n  "categories": { "skin": { "ttl": "x" } }\n}');
  const wrong = await runCommand(["config", "check", folder]);
  t.is(wrong.code, 1);
  t.regex(wrong.stderr, /: 1 mistake\n {2}categories\.skin\.ttl: .*received "x" \(c\.json, line 2\)\n$/);
});

test("stockpile config check shows nothing of what the environment holds", async (t) => {
  const folder = folderWithPlugin(t);
  symlinkSync(join(folder, "plugins"), join(folder, "s3cret-folder"));
  const config = {
    pluginDirectory: "${env:SECRET}-folder",
    storage: { plugin: "shelf", backend: "${env:SECRET}", parameters: { password: "${env:SECRET}" } },
  };
  const options = { cwd: folder, env: { SECRET: "s3cret" } };
  writeFileSync(join(folder, "stockpile.json"), JSON.stringify(config));
  const right = await runCommand(["config", "check", "stockpile.json"], options);
  t.is(right.code, 0);
  t.true(right.stdout.includes("Storage: shelf, backend ***"), right.stdout);
  writeFileSync(join(folder, "stockpile.json"), JSON.stringify({ ...config, near: "${env:SECRET}" }));
  const wrong = await runCommand(["config", "check", "stockpile.json"], options);
  t.is(wrong.code, 1);
  t.true(wrong.stderr.includes('received "***"'), wrong.stderr);
  for (const text of [right.stdout, right.stderr, wrong.stderr]) t.false(text.includes("s3cret"), text);
});

test("stockpile config check warns of a plugin that cannot be loaded, and succeeds", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "plugins"));
  writeFileSync(join(folder, "plugins/old.mjs"), "/* @stockpile protocol 99 */");
  writeFileSync(join(folder, "stockpile.json"), '{ "pluginDirectory": "plugins" }');
  const { code, stdout, stderr } = await runCommand(["config", "check", "stockpile.json"], { cwd: folder });
  t.is(code, 0);
  t.regex(stdout, /Plugins: 2\n {2}old: /);
  t.regex(stderr, /^Warning: Cannot load plugin "old" from .*: expected protocol 1: found 99: [^\n]+\n$/);
});

test("stockpile config check fails where there is nothing at the path", async (t) => {
  const { code, stderr } = await runCommand(["config", "check", "nowhere.json"]);
  t.is(code, 1);
  t.regex(stderr, /^Cannot use configuration nowhere\.json: 1 mistake\n.*nowhere\.json: there is none\n$/);
});

for (const [exitCode, args] of [
  [1, ["config", "check", ""]],
  [78, ["server", "--port", "0", "--config", ""]],
] as const) {
  test(`stockpile ${args.join(" ")}'' refuses the empty path, and does not take the working folder`, async (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, "stockpile.json"), "{}");
    const { code, stdout, stderr } = await runCommand(args, { cwd });
    t.is(code, exitCode);
    t.is(stdout, "");
    t.regex(
      stderr,
      /^Cannot use configuration "": 1 mistake\n.*expected the path of a JSON file .*: received ""\n$/,
    );
  });
}

test("stockpile config check lets no path drive the terminal", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "a\u001b[31m.json"), "{}");
  const { code, stdout } = await runCommand(["config", "check", "a\u001b[31m.json"], { cwd: folder });
  t.is(code, 0);
  t.false(stdout.includes("\u001b"));
});

test("stockpile config schema prints the JSON Schema that the package ships", async (t) => {
  const { code, stdout, stderr } = await runCommand(["config", "schema"]);
  t.is(code, 0);
  t.is(stderr, "");
  t.is(stdout, readFileSync(join(ROOT, "config/stockpile.schema.json"), "utf8"));
  const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  t.true(files.includes("config"));
});

for (const args of [
  ["config", "schema"],
  ["config", "check", "config/stockpile.json"],
]) {
  test(`stockpile ${args.join(" ")} succeeds though its reader has gone`, async (t) => {
    const command = new RunningCommand(args).read();
    command.child.stdout.destroy();
    t.like(await command.ended, { code: 0, signal: null, stderr: "" });
  });
}

for (const args of [
  ["help", "config"],
  ["config", "--help"],
]) {
  test(`stockpile ${args.join(" ")} prints help of its commands`, async (t) => {
    const { code, stdout, stderr } = await runCommand(args);
    t.is(code, 0);
    t.is(stderr, "");
    t.true(stdout.startsWith("Usage: stockpile config "));
    for (const command of ["check", "schema"]) t.regex(stdout, new RegExp(`^ +${command} `, "m"));
  });
}

testUsageErrors(
  [
    [["config", "check"], /^error: missing required argument 'path'/],
    [["config", "check", "a", "b"], /^error: too many arguments for 'check'/],
    [["config", "schema", "a"], /^error: too many arguments for 'schema'/],
    [["config", "chekc", "a"], /unknown command 'chekc'\n\(Did you mean check\?\)/],
  ],
  /\(run "stockpile config --help" for help\)\n$/,
);

test("stockpile config without a command prints its help and is a usage error", async (t) => {
  const { code, stdout, stderr } = await runCommand(["config"]);
  t.is(code, 2);
  t.is(stdout, "");
  t.regex(stderr, /^Usage: stockpile config /);
});

// By itself: beside the many commands of this file a server takes its time to start.
test.serial("stockpile server and plugins work with a configuration that is a folder", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "10-storage.json"), '{ "storage": { "plugin": "memory" } }');
  writeFileSync(join(folder, "20-server.json"), '{ "server": { "maxBodyBytes": 5, "openWrites": true } }');
  const { url } = await startServerCommand(t, ["--config", folder]);
  const put = async (body: string): Promise<number> =>
    (await fetch(`${url}/cache/player/one`, { method: "PUT", body })).status;
  t.is(await put("12345"), 204);
  t.is(await put("123456"), 413);
  t.regex((await runCommand(["plugins", "--server", url])).stdout, /│ memory .* ready/);
});
