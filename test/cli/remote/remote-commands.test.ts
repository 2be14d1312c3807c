/** The commands that ask a running server, against one. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { startServer } from "../../../src/server/main.js";
import type { RunningServer } from "../../../src/server/main.js";
import { openServer, withServerSection } from "../../server/open-server.js";
import { send } from "../../server/send.js";
import { RunningCommand, runCommand } from "../run-command.js";
import type { Ended } from "../run-command.js";
import { temporaryFolder } from "../write-config.js";
import { hasListener } from "./has-listener.js";

const TOKEN = "0123456789abcdef";
const MAIN = fileURLToPath(new URL("../../../src/cli/main.js", import.meta.url));

function openGuarded(t: ExecutionContext): Promise<RunningServer> {
  return openServer(t, { config: withServerSection({ token: TOKEN, openWrites: false }) });
}

/** Runs a command for a server, with its token in the environment. */
function ask({ address }: RunningServer, ...args: readonly string[]): Promise<Ended> {
  return runCommand([...args, "--server", address.url], { env: { STOCKPILE_TOKEN: TOKEN } });
}

test("stockpile status tells the state of the server, its plugins and its categories", async (t) => {
  const server = await openGuarded(t);
  await send(server.address.url, "/cache/player/x");
  const { code, stdout, stderr } = await ask(server, "status");
  t.is(stderr, "");
  t.is(code, 0);
  t.regex(stdout, /^Stockpile \d+\.\d+\.\d+ at http:\S+ is ok, started \d+ s ago on Node v\d+/);
  t.regex(stdout, /│ memory +│ Memory .* ready/);
  t.regex(stdout, /│ player +│ memory +│ 1 +│ 0 % +│ 0 +│ 0 +│ 0 +│ 0, 0 B +│/);
});

test("stockpile status --json prints the health and what runs", async (t) => {
  const server = await openGuarded(t);
  const { code, stdout } = await ask(server, "status", "--json");
  t.is(code, 0);
  t.like(JSON.parse(stdout), {
    name: "Stockpile",
    status: "ok",
    plugins: [{ name: "memory" }],
    categories: [],
  });
});

test("stockpile status of a server that is down says so and ends with 1", async (t) => {
  const config = { plugins: { memory: { startup: "required" } }, storage: { plugin: "memory" } };
  const server = await openServer(t, { config });
  await server.stockpile.plugins.stop("memory");
  for (const json of [[], ["--json"]]) {
    const { code, stdout } = await ask(server, "status", ...json);
    t.is(code, 1);
    t.regex(stdout, / is down|"status": "down"/);
  }
});

test("stockpile plugin stop, start, restart and reload steer a plugin", async (t) => {
  const server = await openGuarded(t);
  for (const [action, text] of [
    ["stop", "Plugin memory is stopped, life 1\n"],
    ["start", "Plugin memory is ready, life 2\n"],
    ["restart", "Plugin memory is ready, life 3\n"],
    ["reload", "Plugin memory is ready, life 4\n"],
  ] as const) {
    t.like(await ask(server, "plugin", action, "memory"), { code: 0, stdout: text, stderr: "" });
  }
  const { stdout } = await ask(server, "plugin", "restart", "memory", "--json");
  t.like(JSON.parse(stdout), { name: "memory", state: "ready", lives: 5 });
});

test("stockpile plugin restart of a plugin that is not there ends with 1 and names those there are", async (t) => {
  const { code, stdout, stderr } = await ask(await openGuarded(t), "plugin", "restart", "a b/c");
  t.is(code, 1);
  t.is(stdout, "");
  t.is(stderr, 'There is no plugin "a b/c": expected one of "memory"\n');
});

test("what changes something fails without the token, and says where it goes", async (t) => {
  const { address } = await openGuarded(t);
  const server = ["--server", address.url];
  for (const args of [
    ["plugin", "restart", "memory"],
    ["cache", "set", "player", "x", "1"],
    ["cache", "delete", "player", "x"],
  ]) {
    const { code, stdout, stderr } = await runCommand([...args, ...server], { env: { STOCKPILE_TOKEN: "" } });
    t.is(code, 1);
    t.is(stdout, "");
    t.regex(
      stderr,
      /^Cannot change anything without the token: .*: set STOCKPILE_TOKEN, or give --token-file\n$/,
    );
  }
});

test("a token comes from a file too, and one that cannot be read is told", async (t) => {
  const { address } = await openGuarded(t);
  const file = join(temporaryFolder(t), "token");
  writeFileSync(file, `${TOKEN}\n`);
  const restart = (path: string): Promise<Ended> =>
    runCommand(["plugin", "restart", "memory", "--server", address.url, "--token-file", path]);
  t.is((await restart(file)).code, 0);
  const { code, stderr } = await restart(`${file}.absent`);
  t.is(code, 1);
  t.regex(stderr, /^Cannot read token from \S+: /);
});

test("what is no token is refused, and neither shown nor sent", async (t) => {
  const { address } = await openGuarded(t);
  const secret = `SECRET${TOKEN}`;
  const file = join(temporaryFolder(t), "environment");
  writeFileSync(file, `STOCKPILE_TOKEN=${secret}\nOTHER=x\n`);
  const restart = ["plugin", "restart", "memory", "--server", address.url];
  for (const ended of [
    await runCommand([...restart, "--token-file", file]),
    await runCommand(restart, { env: { STOCKPILE_TOKEN: `${secret}\nOTHER=x` } }),
    await runCommand(restart, { env: { STOCKPILE_TOKEN: `Bearer ${secret}` } }),
  ]) {
    t.is(ended.code, 1);
    t.regex(ended.stderr, /^Cannot use token from \S+: expected the token alone/);
    t.false(`${ended.stdout}${ended.stderr}`.includes("SECRET"));
  }
});

for (const server of ["http://me:SECRET@127.0.0.1:1", "me:SECRET@127.0.0.1", "http://me:SECRET@host:port"]) {
  test(`a password in --server, as in ${server}, is a usage error that does not show it`, async (t) => {
    const { code, stdout, stderr } = await runCommand(["status", "--server", server]);
    t.is(code, 2);
    t.is(stdout, "");
    t.regex(stderr, /^error: option '--server <url>' takes no name and no password/);
    t.false(stderr.includes("SECRET"));
  });
}

test("an entry is set, got as it is, told of, and deleted", async (t) => {
  const server = await openGuarded(t);
  t.like(await ask(server, "cache", "set", "player", "a/b ä", "hällo", "--ttl", "1m"), {
    code: 0,
    stdout: "Stored 6 bytes\n",
    stderr: "",
  });
  t.like(await ask(server, "cache", "get", "player", "a/b ä"), { code: 0, stdout: "hällo", stderr: "" });
  const { stdout } = await ask(server, "cache", "get", "player", "a/b ä", "--json");
  t.like(JSON.parse(stdout), { key: "a/b ä", text: "hällo", contentType: "text/plain; charset=utf-8" });
  t.like(await ask(server, "cache", "delete", "player", "a/b ä"), {
    code: 0,
    stdout: "Removed\n",
    stderr: "",
  });
  const gone = await ask(server, "cache", "get", "player", "a/b ä");
  t.like(gone, { code: 1, stdout: "", stderr: 'Cannot find key in category "player"\n' });
  t.is((await ask(server, "cache", "delete", "player", "a/b ä")).code, 0);
});

test("a value comes from a file or stdin, byte by byte", async (t) => {
  const server = await openGuarded(t);
  const file = join(temporaryFolder(t), "value");
  const bytes = Buffer.from([0, 255, 10, 13, 128]);
  writeFileSync(file, bytes);
  const set = ["cache", "set", "player", "file", "--file", file, "--type", "image/png"];
  t.is((await ask(server, ...set)).code, 0);
  const sent = await send(server.address.url, "/cache/player/file");
  t.deepEqual(sent.body, bytes);
  t.is(sent.headers["content-type"], "image/png");

  const child = spawn(
    process.execPath,
    [MAIN, "cache", "set", "player", "piped", "--server", server.address.url],
    {
      env: { ...process.env, STOCKPILE_TOKEN: TOKEN },
      stdio: ["pipe", "ignore", "inherit"],
    },
  );
  child.stdin.end(bytes);
  t.deepEqual(await once(child, "exit"), [0, null]);
  t.deepEqual((await send(server.address.url, "/cache/player/piped")).body, bytes);
  t.is((await ask(server, "cache", "set", "player", "x", "--file", `${file}.absent`)).code, 1);
});

test("an entry of the application's own is shown as JSON and removed", async (t) => {
  const server = await openGuarded(t);
  await server.stockpile.category<object>("own").set("x", { a: 1 });
  t.like(await ask(server, "cache", "get", "own", "x"), { code: 0, stdout: '{\n  "a": 1\n}\n' });
  t.is((await ask(server, "cache", "delete", "own", "x")).code, 0);
  t.is((await ask(server, "cache", "get", "own", "x")).code, 1);
});

test("stockpile listen prints what happens, and ends after as many events as it is told", async (t) => {
  const server = await openGuarded(t);
  const command = new RunningCommand(["listen", "--server", server.address.url, "--count", "3"]).read();
  t.teardown(() => command.child.kill("SIGKILL"));
  await hasListener(t, server);
  await server.stockpile.plugins.restart("memory");
  await server.stockpile.plugins.reload("memory");
  const { code, stdout, stderr } = await command.ended;
  t.is(stderr, "");
  t.is(code, 0);
  const lines = stdout.trimEnd().split("\n");
  t.is(lines.length, 3);
  t.regex(lines[0] ?? "", /^\[\d\d:\d\d:\d\d\] plugin memory is starting, was ready/);
  t.regex(lines[1] ?? "", /^\[\d\d:\d\d:\d\d\] plugin memory is ready, was starting$/);
  t.regex(lines[2] ?? "", /^\[\d\d:\d\d:\d\d\] a new life of plugin memory has taken over$/);
});

test("stockpile listen goes on with a server that comes back, and tells that events were missed", async (t) => {
  const config = withServerSection({ token: TOKEN });
  const first = await openServer(t, { config });
  const { port } = first.address;
  const command = new RunningCommand(["listen", "--json", "--server", first.address.url]).read();
  t.teardown(() => command.child.kill("SIGKILL"));
  await hasListener(t, first);
  await first.stockpile.plugins.stop("memory");
  await command.printed(/"state":"stopped"/);
  await first.close();
  const second = await startServer({ config, port });
  t.teardown(() => second.close());
  t.is(await command.printed(/"type":"(missed)"/), "missed");
  t.regex(command.stderr, /^The connection has ended: connecting again\n$/);
  await second.stockpile.plugins.stop("memory");
  await command.printed(/"missed"[^]*"state":"stopped"/);
  for (const line of command.stdout.trimEnd().split("\n")) t.notThrows(() => JSON.parse(line), line);
});

test("commands fail where something else answers", async (t) => {
  const other = createServer((_, response) => void response.end("<html>"));
  t.teardown(() => other.close());
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo; // It listens on a port.
  for (const args of [["status"], ["plugin", "stop", "x"], ["cache", "get", "a", "b"], ["listen"]]) {
    const { code, stderr } = await runCommand([...args, "--server", `http://127.0.0.1:${port}`]);
    t.is(code, 1, args.join(" "));
    t.regex(stderr, /^Cannot read the answer of http:\S+: expected [^\n]* of a Stockpile server\n$/);
  }
});

test("commands fail where nothing listens, and say what to do", async (t) => {
  for (const args of [["status"], ["plugin", "stop", "x"], ["cache", "get", "a", "b"], ["listen"]]) {
    const { code, stdout, stderr } = await runCommand([...args, "--server", "http://127.0.0.1:4"]);
    t.is(code, 1);
    t.is(stdout, "");
    t.regex(stderr, /^Cannot reach a server at http:\/\/127\.0\.0\.1:4: .*start one with "stockpile server"/);
  }
});

test("the help of each names its options", async (t) => {
  for (const [args, options] of [
    [["status"], ["--server", "--json"]],
    [["listen"], ["--server", "--json", "--count"]],
    [
      ["plugin", "restart"],
      ["--server", "--json", "--token-file"],
    ],
    [
      ["cache", "set"],
      ["--server", "--token-file", "--file", "--ttl", "--type"],
    ],
  ] as const) {
    const { code, stdout } = await runCommand([...args, "--help"]);
    t.is(code, 0);
    for (const option of options) t.true(stdout.includes(option), `${args.join(" ")} ${option}`);
  }
});

for (const args of [
  ["plugin", "restart"],
  ["cache", "get", "player"],
  ["cache", "set", "player", "x", "1", "--file", "y"],
  ["cache", "frobnicate"],
  ["listen", "--count", "0"],
  ["status", "extra"],
]) {
  test(`stockpile ${args.join(" ")} is a usage error`, async (t) => {
    const { code, stdout } = await runCommand(args);
    t.is(code, 2);
    t.is(stdout, "");
  });
}
