/** A process of `stockpile server` whose cache is filled, before a fake Mojang in this one. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { FakeMojang } from "../../src/mojang/main.js";

export interface ServedCache {
  /** Without a slash at the end. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const MAIN = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const CRASH_PLUGIN = fileURLToPath(new URL("../fixtures/crash-plugin.js", import.meta.url));
/** How long it may take to start, in ms. */
const START_LIMIT_MS = 60_000;
const COUNT = 1_000;
/** As other questions have them. */
const VALUE_BYTES = 200;
const PUTS_AT_ONCE = 50;
const PLAYERS = Array.from({ length: COUNT }, (_none, index) => `Player_${index}`);

/** Look-ups of players' names, one each. */
export const NAMES: readonly string[] = PLAYERS.map((name) => `/users/profiles/minecraft/${name}`);
/** Entries of 200 bytes. */
export const ENTRIES: readonly string[] = PLAYERS.map((name) => `/cache/entries/${name}`);
/** Asking for it ends the plugin `crash`, which serves this category and nothing else. */
export const CRASHING_PATH = "/cache/crash/exit";

/** More than is ever asked for: what is measured is the cache. */
const UNLIMITED = { requests: 1_000_000, per: 1_000 };

/** @throws {Error} the server does not start, or does not take what it is given. */
export async function startServedCache(): Promise<ServedCache> {
  const fake = await FakeMojang.open({
    players: PLAYERS,
    servicesLimit: UNLIMITED,
    sessionsLimit: UNLIMITED,
  });
  const folder = await mkdtemp(join(tmpdir(), "stockpile-bench-"));
  const file = join(folder, "stockpile.json");
  await writeFile(file, JSON.stringify(configFor(fake.url)));
  // Of the log nothing: a life that ends every second says so each time.
  const args = [MAIN, "server", "--port", "0", "--config", file, "--log-level", "silent"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const stop = async (): Promise<void> => {
    await end(child);
    await fake.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = await urlOf(child.stdout);
    await fill(url);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configFor(upstream: string): object {
  return {
    plugins: {
      memory: { limits: { call: START_LIMIT_MS } }, // it is filled at once, also where the machine is busy
      crash: { module: CRASH_PLUGIN, restart: { burst: 0, backoff: 0 }, limits: { start: START_LIMIT_MS } },
    },
    storage: { plugin: "memory" },
    categories: { crash: { storage: { plugin: "crash" } }, entries: { ttl: "1d" } },
    mojang: {
      upstream: { services: upstream, sessions: upstream },
      budgets: { services: UNLIMITED, sessions: UNLIMITED },
      attemptTimeout: START_LIMIT_MS,
      deadline: START_LIMIT_MS,
    },
    // An idle connection that the server ends while a request is on its way to it would be a failed one.
    server: { openWrites: true, keepAliveTimeout: "1h" },
  };
}

/** From the first line that it prints. */
async function urlOf(stdout: Readable): Promise<string> {
  const lines = createInterface({ input: stdout });
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  const [line] = (await Promise.race([once(lines, "line", { signal: limit }), once(lines, "close")])) as [
    string?,
  ];
  const url = /listens on (\S+)/.exec(line ?? "")?.[1];
  if (url === undefined) throw new Error(`Cannot start server: expected its address: received ${line}`);
  return url;
}

async function fill(url: string): Promise<void> {
  const found = await fetch(`${url}/profiles/minecraft`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(PLAYERS),
  });
  const text = await found.text();
  if (found.status !== 200) throw new Error(`Cannot fill cache: expected players: received ${text}`);
  const { length } = JSON.parse(text) as readonly unknown[]; // what Mojang's endpoint answers
  if (length !== COUNT) throw new Error(`Cannot fill cache: expected ${COUNT} players: received ${length}`);
  const body = "x".repeat(VALUE_BYTES);
  for (let at = 0; at < COUNT; at += PUTS_AT_ONCE)
    await Promise.all(ENTRIES.slice(at, at + PUTS_AT_ONCE).map((path) => put(url + path, body)));
}

async function put(url: string, body: string): Promise<void> {
  const { status } = await fetch(url, { method: "PUT", body });
  if (status !== 204) throw new Error(`Cannot fill cache: expected 204: received ${status}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
