import test from "ava";
import { spawnSync } from "node:child_process";
import { closeSync, cpSync, mkdirSync, openSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { DEFAULT_HOST, DEFAULT_PORT } from "../../src/server/main.js";
import { ROOT, RunningCommand, runCommand } from "./run-command.js";
import { testUsageErrors } from "./test-usage-errors.js";
import { temporaryFolder } from "./write-config.js";

for (const args of [[], ["--help"], ["-h"], ["help"]]) {
  test(`stockpile ${args.join(" ")} prints help and succeeds`, async (t) => {
    const { code, stdout, stderr } = await runCommand(args);
    t.is(code, 0);
    t.is(stderr, "");
    t.regex(stdout, /^Usage: stockpile /);
    for (const command of ["server", "plugins", "plugin", "help"])
      t.regex(stdout, new RegExp(`^ +${command} `, "m"));
  });
}

for (const [command, options] of [
  ["server", ["--config", "--watch", "--dev", "--log-level", "--host", "--port", "--no-banner"]],
  ["plugins", ["--server", "--json"]],
] as const) {
  for (const args of [
    ["help", command],
    [command, "--help"],
  ]) {
    test(`stockpile ${args.join(" ")} prints help of that command and succeeds`, async (t) => {
      const { code, stdout, stderr } = await runCommand(args);
      t.is(code, 0);
      t.is(stderr, "");
      t.true(stdout.startsWith(`Usage: stockpile ${command} `), stdout);
      for (const option of options) t.true(stdout.includes(option), option);
    });
  }
}

for (const [names, usage] of [
  [["config", "check"], "config check [options] <path>"],
  [["plugin", "build"], "plugin build "],
  [["config"], "config "],
] as const) {
  test(`stockpile help ${names.join(" ")} prints help of that command`, async (t) => {
    const { code, stdout, stderr } = await runCommand(["help", ...names]);
    t.is(code, 0);
    t.is(stderr, "");
    t.true(stdout.startsWith(`Usage: stockpile ${usage}`), stdout);
  });
}

for (const args of [["config", "schema"], ["--help"]]) {
  test(`stockpile ${args.join(" ")} fails in one line where stdout takes nothing`, (t) => {
    const full = openSync("/dev/full", "w");
    t.teardown(() => closeSync(full));
    const main = join(ROOT, "dist/src/cli/main.js");
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
      stdio: ["ignore", full, "pipe"],
    });
    t.is(status, 1);
    t.is(String(stderr), "Cannot write to stdout: the disk is full\n");
  });
}

for (const args of [["help", "server"], ["plugins", "--help"], ["--version"]]) {
  test(`stockpile ${args.join(" ")} succeeds though its reader has gone`, async (t) => {
    const command = new RunningCommand(args).read();
    command.child.stdout.destroy();
    t.like(await command.ended, { code: 0, signal: null, stderr: "" });
  });
}

test("the help names the server's defaults", async (t) => {
  const url = `http://${DEFAULT_HOST}:${DEFAULT_PORT}`;
  t.true((await runCommand(["help", "plugins"])).stdout.includes(`(default: "${url}/")`));
  const { stdout } = await runCommand(["help", "server"]);
  t.true(stdout.includes(`(default: ${DEFAULT_HOST})`));
  t.true(stdout.includes(`(default: ${DEFAULT_PORT})`));
});

test("stockpile --version prints the version of the package", async (t) => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const option of ["--version", "-V"]) {
    t.like(await runCommand([option]), { code: 0, stdout: `${version}\n`, stderr: "" });
  }
});

testUsageErrors(
  [
    [["frobnicate"], /^error: unknown command 'frobnicate'/],
    [["servr"], /unknown command 'servr'\n\(Did you mean server\?\)/],
    [["help", "frobnicate"], /^error: unknown command 'frobnicate'/],
    [["help", "config", "frobnicate"], /^error: unknown command 'config frobnicate'/],
    [["--frobnicate"], /^error: unknown option '--frobnicate'/],
    [["server", "--frobnicate"], /^error: unknown option '--frobnicate'/],
    [["server", "extra"], /^error: too many arguments for 'server'/],
    [["server", "--config"], /^error: option '-c, --config <path>' argument missing/],
    [["server", "--config", "x", "--dev"], /cannot be used with option '--dev'/],
    [["server", "--port", "65536"], /Expected a number from 0 to 65535/],
    [["server", "--port", "80x"], /Expected a number from 0 to 65535/],
    [["server", "--log-level", "loud"], /Allowed choices are trace, debug, info/],
    [["plugins", "--server", "ftp://example.org"], /Expected an http or https URL/],
    [["plugins", "--server", "nonsense"], /Expected an http or https URL/],
  ],
  /\(run "stockpile( \w+)? --help" for help\)\n$/,
);

for (const [missing, args] of [
  ["commander", ["--help"]],
  ["cli-table3", ["plugins"]],
  ["pino-pretty", ["server", "--dev", "--port", "0"]],
] as const) {
  test(`where the optional package ${missing} is missing, the command says so and fails`, async (t) => {
    const folder = temporaryFolder(t);
    cpSync(join(ROOT, "dist", "src"), join(folder, "dist", "src"), { recursive: true });
    for (const entry of ["package.json", "config"])
      cpSync(join(ROOT, entry), join(folder, entry), { recursive: true });
    mkdirSync(join(folder, "node_modules"));
    for (const name of readdirSync(join(ROOT, "node_modules"))) {
      if (name !== missing) symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    }
    const { code, stdout, stderr } = await runCommand(args, {
      cwd: folder,
      main: join(folder, "dist", "src", "cli", "main.js"),
    });
    t.is(code, 1);
    t.is(stdout, "");
    t.regex(
      stderr,
      new RegExp(`^Cannot run .* "${missing}" to be installed: run "npm install ${missing}"[^\\n]*\\n$`),
    );
  });
}
