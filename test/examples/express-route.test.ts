/** examples/express-route with its upstream in a process of its own, which is killed and started again. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { ExecutionContext } from "ava";
import type { Health } from "../../src/host/main.js";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

interface Program {
  readonly url: string;
  readonly child: ChildProcess;
}

/** Starts a program of the example; resolves when it says where it listens. */
async function start(
  t: ExecutionContext,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Program> {
  const [name, ...rest] = args;
  const child = spawn(process.execPath, [`dist/examples/express-route/${name}.js`, ...rest], {
    cwd: REPOSITORY,
    env: { ...process.env, PORT: "0", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  for await (const line of createInterface(child.stdout)) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+$/.exec(line) ?? [];
    if (url !== undefined) return { url, child };
  }
  throw new Error(`${name} ended before it listened`);
}

async function kill({ child }: Program): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

interface Answer {
  readonly status: number;
  readonly stale: string | null;
  readonly elapsedMs: number;
  readonly reading: number | undefined;
}

async function ask(server: Program, city: string): Promise<Answer> {
  const startedAt = performance.now();
  const response = await fetch(`${server.url}/weather/${city}`);
  const { reading } = (await response.json()) as { reading?: number };
  const stale = response.headers.get("x-cache-stale");
  return { status: response.status, stale, elapsedMs: performance.now() - startedAt, reading };
}

/** Asks until an answer is as it is wanted. */
async function askUntil(
  server: Program,
  city: string,
  isWanted: (answer: Answer) => boolean,
): Promise<Answer> {
  const until = performance.now() + 20_000;
  for (;;) {
    const answer = await ask(server, city);
    if (isWanted(answer)) return answer;
    if (performance.now() > until) throw new Error(`Asked in vain: ${JSON.stringify(answer)}`);
    await sleep(50);
  }
}

async function startBoth(t: ExecutionContext): Promise<{ upstream: Program; server: Program }> {
  const upstream = await start(t, ["upstream"], {});
  const server = await start(t, ["main", "examples/express-route/stockpile.json"], {
    UPSTREAM: upstream.url,
  });
  return { upstream, server };
}

test("the route answers stale values, marked, while its upstream is down, and fresh ones once it is back", async (t) => {
  const { upstream, server } = await startBoth(t);
  t.like(await ask(server, "Oslo"), { status: 200, stale: "false", reading: 1 });
  t.like(await ask(server, "Oslo"), { status: 200, stale: "false", reading: 1 });

  await kill(upstream);
  const { status, reading } = await askUntil(server, "Oslo", ({ stale }) => stale === "true");
  t.deepEqual({ status, reading }, { status: 200, reading: 1 });
  t.like(await ask(server, "Oslo"), { status: 200, stale: "true", reading: 1 });
  t.is((await ask(server, "Rome")).status, 502, "there is nothing to fall back on");

  await start(t, ["upstream"], { PORT: new URL(upstream.url).port });
  t.like(await askUntil(server, "Oslo", ({ stale }) => stale === "false"), { status: 200, reading: 1 });
  t.like(await askUntil(server, "Oslo", (answer) => answer.reading === 2), { status: 200 });
});

test("the route answers a stale value soon where its upstream is slow, and the new one after", async (t) => {
  const { upstream, server } = await startBoth(t);
  await ask(server, "Oslo");
  await kill(upstream);
  await start(t, ["upstream"], { PORT: new URL(upstream.url).port, LATENCY_MS: "1800" });

  const slow = await askUntil(server, "Oslo", ({ stale }) => stale === "true");
  t.is(slow.reading, 1);
  t.true(slow.elapsedMs < 1700, `it took ${slow.elapsedMs} ms`);
  t.is((await askUntil(server, "Oslo", ({ stale }) => stale === "false")).status, 200);
});

test("the route answers what is wrong with a request by its status, and health beside it", async (t) => {
  const { server } = await startBoth(t);
  t.is((await ask(server, "%F0")).status, 400);
  t.is((await ask(server, "x".repeat(1025))).status, 400);
  const response = await fetch(`${server.url}/health`);
  t.is(response.status, 200);
  t.is(((await response.json()) as Health).status, "ok");
});

test("the server ends in order on SIGTERM", async (t) => {
  const { server } = await startBoth(t);
  await ask(server, "Oslo");
  const exit = once(server.child, "exit");
  server.child.kill("SIGTERM");
  t.deepEqual(await exit, [0, null]);
});
