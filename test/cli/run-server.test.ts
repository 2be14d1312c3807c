/** Each of these runs a process of its own and some are about time, so they run one after the other. */
import test from "ava";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { serverConfigSchema } from "../../src/server/server-config.js";
import { childPids } from "../support/processes.js";
import { send } from "../server/send.js";
import { ROOT, RunningCommand, runCommand, startServerCommand } from "./run-command.js";
import { temporaryFolder, writeConfig } from "./write-config.js";

const SHIPPED = join(ROOT, "config/stockpile.json");
const STUCK = fileURLToPath(new URL("fixtures/stuck.js", import.meta.url));
/** What `--import` takes. */
const CANNOT_KILL = new URL("fixtures/cannot-kill.js", import.meta.url).href;
const FAULTY = fileURLToPath(new URL("../fixtures/faulty.js", import.meta.url));

/** A connection on which half of a body has been sent. */
async function startPut(url: string): Promise<{ socket: Socket; received: () => string }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  await new Promise((resolve) => {
    socket.write(
      "PUT /cache/player/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nfirst",
      resolve,
    );
  });
  // Once another request has been served, this one has arrived too.
  await send(url, "/livez");
  return { socket, received: () => text };
}

test.serial("the shipped configuration spells the defaults out, but for writes of its own machine", (t) => {
  const { server } = JSON.parse(readFileSync(SHIPPED, "utf8"));
  t.deepEqual(serverConfigSchema.parse(server), { ...serverConfigSchema.parse({}), openWrites: true });
  t.deepEqual(Object.keys(server), Object.keys(serverConfigSchema.parse({})));
});

test.serial(
  "stockpile server prints where it listens and its plugins, then logs JSON lines, and ends with 0 on SIGTERM",
  async (t) => {
    const folder = temporaryFolder(t);
    const { command, url } = await startServerCommand(t, ["--config", SHIPPED], { cwd: folder });
    t.is((await send(url, "/cache/default/x", { method: "PUT", body: "x" })).status, 204);
    t.is((await send(url, "/cache/default/x")).body.toString(), "x");
    command.child.kill("SIGTERM");
    const { code, stdout, stderr } = await command.ended;
    t.is(code, 0);
    t.is(stderr, "");
    t.regex(stdout, /^Stockpile \d+\.\d+\.\d+ listens on http:\/\/127\.0\.0\.1:\d+$/m);
    t.regex(stdout, /^│ lmdb +│ LMDB .*│ process +│ ready +│/m);
    const logs = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
    t.deepEqual(
      logs.filter(({ plugin }) => plugin === undefined).map(({ msg }) => msg),
      ["Listening", "Stopping", "Stopped"],
    );
    t.deepEqual(readdirSync(folder), ["stockpile-data"], "what it stores lies in its working folder");
  },
);

test.serial(
  "a server reads its configuration again on SIGHUP, and goes on where that is wrong",
  async (t) => {
    const folder = temporaryFolder(t);
    const file = join(folder, "stockpile.json");
    const write = (config: object): void => writeFileSync(file, JSON.stringify(config));
    write({ categories: { player: { ttl: "1h" } }, server: { maxCategories: 0, openWrites: true } });
    const { command, url } = await startServerCommand(t, ["--config", file], { cwd: folder });
    const hangUp = async (pattern: RegExp): Promise<void> => {
      command.child.kill("SIGHUP");
      await command.printed(pattern);
    };
    t.is((await send(url, "/cache/player/x", { method: "PUT", body: "in memory" })).status, 204);
    const refused = await send(url, "/cache/skin/x", { method: "PUT", body: "skin" });
    t.is(refused.status, 503, "one category more than it may have");

    const parameters = { path: join(folder, "kept") };
    write({
      storage: { plugin: "file", parameters },
      categories: { player: { ttl: "2h" }, skin: {} },
      server: { maxCategories: 5, port: 1, openWrites: true },
    });
    await hangUp(
      /"settings":\["server.maxCategories"\],"msg":"Settings of the server hold from its next start on"/,
    );
    t.is((await send(url, "/cache/player/x")).status, 404, "it is stored elsewhere now");
    t.is((await send(url, "/cache/player/x", { method: "PUT", body: "in a file" })).status, 204);
    t.is((await send(url, "/cache/skin/x", { method: "PUT", body: "skin" })).status, 204);
    t.like(JSON.parse((await send(url, "/health")).body.toString()), {
      status: "ok",
      plugins: [{ name: "file" }],
    });

    write({ storage: { plugin: "absent" }, categories: { player: { ttl: -1 } } });
    await hangUp(
      /"type":"ConfigError","message":"(?:[^"\\]|\\.)*: 2 mistakes.*The configuration was not taken/,
    );
    write({
      storage: { plugin: "file", parameters: { path: join(file, "no folder") } },
      categories: { player: {} },
    });
    await hangUp(/"message":"Cannot reconfigure, and nothing has changed: .*The configuration was not taken/);
    t.is((await send(url, "/cache/player/x")).body.toString(), "in a file");

    command.child.kill("SIGTERM");
    t.is((await command.ended).code, 0);
  },
);

test.serial(
  "a server whose stdout takes nothing says so once, goes on and ends with 0 on SIGTERM",
  async (t) => {
    const full = openSync("/dev/full", "w");
    t.teardown(() => closeSync(full));
    const main = join(ROOT, "dist/src/cli/main.js");
    const child = spawn(process.execPath, [main, "server", "--dev", "--port", "0"], {
      stdio: ["ignore", full, "pipe"],
    });
    t.teardown(() => child.kill("SIGKILL"));
    let stderr = "";
    await new Promise<void>((resolve) => {
      child.stderr?.on("data", (text: Buffer) => {
        stderr += text.toString();
        resolve();
      });
    });
    const ended = once(child, "close");
    child.kill("SIGTERM");
    t.deepEqual(await ended, [0, null]);
    t.is(stderr, "Cannot write to stdout: the disk is full: nothing more is written there\n");
  },
);

test.serial(
  "what a server with the shipped configuration was given is there after kill -9 and a restart",
  async (t) => {
    const cwd = temporaryFolder(t);
    const first = await startServerCommand(t, ["--config", SHIPPED], { cwd });
    t.is((await send(first.url, "/cache/session/42", { method: "PUT", body: "hello" })).status, 204);
    first.command.child.kill("SIGKILL");
    await first.command.ended;
    const second = await startServerCommand(t, ["--config", SHIPPED], { cwd });
    t.is((await send(second.url, "/cache/session/42")).body.toString(), "hello");
  },
);

test.serial("a second server on the same files ends with 1 and says so on one line", async (t) => {
  const config = writeConfig(t, {
    plugins: { file: { startup: "required" } },
    storage: { plugin: "file", parameters: { path: "data" } },
  });
  const cwd = temporaryFolder(t);
  await startServerCommand(t, ["--config", config], { cwd });
  const { code, stderr } = await runCommand(
    ["server", "--config", config, "--port", "0", "--log-level", "silent"],
    { cwd },
  );
  t.is(code, 1);
  t.regex(
    stderr,
    /^Storage backend "file" [^\n]*expected no other host to use the folder: received the lock of process \d+[^\n]*\n$/,
  );
});

test.serial("stockpile server --no-banner prints JSON lines only", async (t) => {
  const command = new RunningCommand(["server", "--config", SHIPPED, "--port", "0", "--no-banner"], {
    cwd: temporaryFolder(t),
  }).read();
  t.teardown(() => command.child.kill("SIGKILL"));
  await command.printed(/"Listening"/);
  command.child.kill("SIGINT");
  const { code, stdout } = await command.ended;
  t.is(code, 0);
  for (const line of stdout.trim().split("\n")) t.notThrows(() => JSON.parse(line), line);
});

test.serial(
  "stockpile server --dev needs no configuration and logs readable lines, without colours where there is no terminal",
  async (t) => {
    const folder = temporaryFolder(t);
    const { command, url } = await startServerCommand(t, ["--dev"], { cwd: folder });
    await send(url, "/cache/any/key", { method: "PUT", body: "x" });
    command.child.kill("SIGINT");
    const { code, stdout } = await command.ended;
    t.is(code, 0);
    t.regex(stdout, /DEBUG[^\n]*: Served/);
    t.notRegex(stdout, /^\{/m);
    t.false(stdout.includes("\u001b"));
    t.deepEqual(readdirSync(folder), [], "it leaves nothing behind");
  },
);

test.serial("stockpile server --dev asks a fake Mojang, says so, and serves /v1", async (t) => {
  const { command, url } = await startServerCommand(t, ["--dev"]);
  await command.printed(
    /WARN[^\n]*: Asks a fake Mojang on this machine, which knows these players and no others/,
  );
  const found = await send(url, "/users/profiles/minecraft/dev_alder");
  t.like(JSON.parse(found.body.toString()), { name: "Dev_Alder" });
  t.is((await send(url, "/v1/name/Dev_Alder")).status, 200);
  command.child.kill("SIGTERM");
  t.is((await command.ended).code, 0);
});

test.serial(
  "stockpile server takes stockpile.json of the working folder, and fails where there is none",
  async (t) => {
    const folder = temporaryFolder(t);
    const failed = await runCommand(["server"], { cwd: folder });
    t.is(failed.code, 1);
    t.is(failed.stdout, "");
    t.regex(
      failed.stderr,
      /^Cannot start server: expected --config <path>, --dev, or a file stockpile\.json [^\n]*\n$/,
    );
    writeFileSync(
      join(folder, "stockpile.json"),
      JSON.stringify({ server: { maxCategories: 0, openWrites: true } }),
    );
    const { url } = await startServerCommand(t, [], { cwd: folder });
    t.is((await send(url, "/cache/any/key", { method: "PUT", body: "any" })).status, 503);
  },
);

test.serial("a wrong configuration ends with 78 and the list of its mistakes, nothing else", async (t) => {
  const file = writeConfig(t, { server: { port: -1 }, storage: { plugin: "nosuch" } });
  const { code, stdout, stderr } = await runCommand(["server", "--config", file]);
  t.is(code, 78);
  t.is(stdout, "");
  const lines = stderr.trimEnd().split("\n");
  t.is(lines[0], `Cannot use configuration ${file}: 2 mistakes`);
  t.is(lines.length, 3);
  t.regex(stderr, /^ {2}server\.port: expected a whole number from 0 to 65535: received -1/m);
  t.regex(stderr, /^ {2}storage\.plugin: /m);
});

test.serial("a configuration that is not there ends with 78 and says so", async (t) => {
  const { code, stderr } = await runCommand(["server", "--config", "nosuch.json"]);
  t.is(code, 78);
  t.regex(stderr, /^Cannot use configuration nosuch\.json: /);
  t.notRegex(stderr, /^ +at /m);
});

test.serial(
  "a port in use ends with 1 and says so on one line; STOCKPILE_DEBUG adds the stack",
  async (t) => {
    const { url } = await startServerCommand(t, ["--config", SHIPPED], { cwd: temporaryFolder(t) });
    const args = ["server", "--config", SHIPPED, "--port", new URL(url).port, "--log-level", "silent"];
    const cwd = temporaryFolder(t);
    const failed = await runCommand(args, { cwd });
    t.is(failed.code, 1);
    t.is(failed.stdout, "");
    t.regex(failed.stderr, /^Cannot listen on 127\.0\.0\.1:\d+: the port is in use[^\n]*\n$/);
    const debugged = await runCommand(args, { cwd, env: { STOCKPILE_DEBUG: "1" } });
    t.is(debugged.code, 1);
    t.regex(debugged.stderr, /Cannot listen on [^]*^ +at [^]*EADDRINUSE/m);
  },
);

test.serial("a host that this machine does not have ends with 1 and says so", async (t) => {
  const args = ["server", "--config", SHIPPED, "--host", "192.0.2.1", "--port", "0"];
  const { code, stderr } = await runCommand(args, { cwd: temporaryFolder(t) });
  t.is(code, 1);
  t.regex(stderr, /^Cannot listen on 192\.0\.2\.1:0: this machine has no such address\n$/);
});

test.serial("a required plugin that cannot start ends with 1 and says so", async (t) => {
  const file = writeConfig(t, {
    plugins: {
      stuck: { module: STUCK, startup: "required", options: { fifo: "/nosuch/fifo", at: "start" } },
    },
    storage: { plugin: "stuck" },
  });
  const { code, stderr } = await runCommand(["server", "--config", file, "--log-level", "silent"]);
  t.is(code, 1);
  t.regex(stderr, /^Cannot [^\n]*"stuck"[^\n]*ENOENT[^\n]*\n$/);
});

test.serial("SIGTERM lets a request under way end, refuses new ones, and ends with 0", async (t) => {
  const { command, url } = await startServerCommand(t, ["--config", SHIPPED], { cwd: temporaryFolder(t) });
  const { socket, received } = await startPut(url);
  command.child.kill("SIGTERM");
  await command.printed(/"Stopping"/);
  // What connects while the server stops listening is reset.
  let code: unknown;
  while (code !== "ECONNREFUSED") code = await send(url, "/livez").then(String, (error) => error.code);
  socket.write("later");
  t.is((await command.ended).code, 0);
  t.regex(received(), /^HTTP\/1\.1 204 /);
});

test.serial(
  "a request that does not end is cut after half of the stop limit, and the end is in order",
  async (t) => {
    const file = writeConfig(t, { server: { stop: "10s", openWrites: true } });
    const { command, url } = await startServerCommand(t, ["--config", file]);
    const { received } = await startPut(url);
    const startedAt = performance.now();
    command.child.kill("SIGTERM");
    t.is((await command.ended).code, 0);
    t.true(performance.now() - startedAt < 9_000);
    t.is(received(), "");
  },
);

test.serial("a second signal ends the process at once", async (t) => {
  const file = writeConfig(t, { server: { stop: "1m", openWrites: true } });
  const { command, url } = await startServerCommand(t, ["--config", file]);
  await startPut(url);
  command.child.kill("SIGTERM");
  await command.printed(/"Stopping"/);
  const startedAt = performance.now();
  command.child.kill("SIGINT");
  const { signal, stdout } = await command.ended;
  t.is(signal, "SIGKILL");
  t.true(performance.now() - startedAt < 5_000);
  t.regex(stdout, /told to stop a second time/, "the last line is not lost");
});

test.serial("a plugin that spins does not keep the process from ending in order", async (t) => {
  const limits = { call: "100ms", hang: "10s", stop: "200ms" };
  const file = writeConfig(t, {
    plugins: { faulty: { module: FAULTY, limits } },
    storage: { plugin: "faulty" },
  });
  const { command, url } = await startServerCommand(t, ["--config", file]);
  t.is((await send(url, "/cache/player/spin:1")).status, 504);
  command.child.kill("SIGTERM");
  t.is((await command.ended).code, 0);
});

test.serial("a thread stuck in the kernel does not keep the process beyond the stop limit", async (t) => {
  const fifo = join(temporaryFolder(t), "fifo");
  execFileSync("mkfifo", [fifo]);
  const file = writeConfig(t, {
    plugins: { stuck: { module: STUCK, options: { fifo }, limits: { call: "100ms", stop: "200ms" } } },
    storage: { plugin: "stuck" },
    server: { stop: "4s" },
  });
  const { command, url } = await startServerCommand(t, ["--config", file]);
  t.is((await send(url, "/cache/player/stuck")).status, 504);
  t.is((await send(url, "/livez")).status, 200);
  const startedAt = performance.now();
  command.child.kill("SIGTERM");
  const { signal, stdout } = await command.ended;
  t.is(signal, "SIGKILL");
  t.true(performance.now() - startedAt < 15_000);
  t.regex(stdout, /"abandonedThreads":1,"msg":"Killing this process, as threads are stuck in it"/);
});

test.serial("a process that cannot be ended does not keep the server from ending in order", async (t) => {
  const plugin = { module: FAULTY, isolation: "process", limits: { stop: "200ms" } };
  const file = writeConfig(t, { plugins: { faulty: plugin }, storage: { plugin: "faulty" } });
  const { command } = await startServerCommand(t, ["--config", file], {
    env: { NODE_OPTIONS: `--import=${CANNOT_KILL}` },
  });
  const [pid = 0] = childPids(command.child.pid);
  process.kill(pid, "SIGSTOP");
  t.teardown(() => process.kill(pid, "SIGKILL"));
  command.child.kill("SIGTERM");
  const { code, stdout } = await command.ended;
  t.is(code, 0);
  t.regex(stdout, /"msg":"Abandoned a process that cannot be ended"/);
  t.regex(stdout, /"abandonedProcesses":1,"msg":"Closed with processes left that cannot be ended"/);
  t.regex(stdout, /"msg":"Stopped"/);
});

test.serial(
  "a thread stuck in the kernel while it starts does not keep a server that fails to start",
  async (t) => {
    const fifo = join(temporaryFolder(t), "fifo");
    execFileSync("mkfifo", [fifo]);
    const plugin = {
      module: STUCK,
      startup: "required",
      options: { fifo, at: "start" },
      limits: { start: "500ms" },
    };
    const file = writeConfig(t, { plugins: { stuck: plugin }, storage: { plugin: "stuck" } });
    const startedAt = performance.now();
    const { signal, stderr } = await runCommand(["server", "--config", file, "--log-level", "silent"]);
    t.is(signal, "SIGKILL");
    t.regex(stderr, /stuck/);
    t.true(performance.now() - startedAt < 10_000);
  },
);

test.serial("logs that nobody reads hold neither the cache nor its end", async (t) => {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.on("listening", resolve));
  const { port } = probe.address() as AddressInfo; // It listens on a port.
  await new Promise((resolve) => probe.close(resolve));
  const file = writeConfig(t, { server: { port, stop: "3s" } });
  const command = new RunningCommand(["server", "--config", file, "--log-level", "debug"]);
  t.teardown(() => command.child.kill("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    send(url, "/livez").then(
      () => true,
      () => false,
    );
  while (!(await isUp())) await new Promise((resolve) => setTimeout(resolve, 50));
  // A pipe holds 64 KiB, and a line takes more than 100 bytes.
  for (let index = 0; index < 50; index += 1) {
    await Promise.all(Array.from({ length: 40 }, () => send(url, `/cache/player/${"x".repeat(200)}`)));
  }
  t.is((await send(url, "/livez")).status, 200);
  command.child.kill("SIGTERM");
  // Node writes what is left when it exits, and is stuck in that for good: only the watchdog can have ended it.
  const [, signal] = await once(command.child, "exit");
  t.is(signal, "SIGKILL");
});

test.serial("an exception nobody caught is logged and ends the process in order with 1", async (t) => {
  const script = "process.on('SIGUSR2',()=>{throw new Error('thrown on purpose')})";
  const { command, url } = await startServerCommand(t, ["--config", SHIPPED], {
    cwd: temporaryFolder(t),
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` },
  });
  const { socket, received } = await startPut(url);
  command.child.kill("SIGUSR2");
  await command.printed(/"Stopping, as nothing caught this exception"/);
  socket.write("later");
  const { code, stdout } = await command.ended;
  t.is(code, 1);
  t.regex(stdout, /"level":60[^\n]*thrown on purpose/);
  t.regex(received(), /^HTTP\/1\.1 204 /, "a request under way still ends");
});
