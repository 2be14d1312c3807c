import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { ExecutionContext } from "ava";
import type { Health } from "../../src/host/main.js";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has written to standard error so far. */
  readonly errors: () => string;
}

/** Starts the example on a free port; resolves when it listens. */
async function startServer(t: ExecutionContext): Promise<Server> {
  const child = spawn(
    process.execPath,
    ["dist/examples/http-server/main.js", "examples/http-server/stockpile.json"],
    { cwd: REPOSITORY, env: { ...process.env, PORT: "0" }, stdio: ["ignore", "pipe", "pipe"] },
  );
  t.teardown(() => child.kill("SIGKILL"));
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^Listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line) ?? [];
    if (url !== undefined) return { url, child, errors: () => errors };
  }
  throw new Error(`The server ended before it listened: ${errors}`);
}

async function get(url: string): Promise<{ status: number; cache: string | null; body: unknown }> {
  const response = await fetch(url);
  return { status: response.status, cache: response.headers.get("x-cache"), body: await response.json() };
}

test("the server answers a product from its source once and from the cache after", async (t) => {
  const { url } = await startServer(t);
  const product = { id: "1", name: "Kettle", priceCents: 3900 };

  t.deepEqual(await get(`${url}/products/1`), { status: 200, cache: "loader", body: product });
  t.deepEqual(await get(`${url}/products/1`), { status: 200, cache: "near", body: product });
});

test("the server asks the source once for requests at the same time", async (t) => {
  const { url } = await startServer(t);
  const answers = await Promise.all(Array.from({ length: 10 }, () => get(`${url}/products/2`)));

  t.true(answers.every(({ status }) => status === 200));
  const { body } = await get(`${url}/health`);
  t.is((body as Health).categories[0]?.loads.succeeded, 1);
});

test("the server answers what is not there or not right with the status that says so", async (t) => {
  const { url } = await startServer(t);

  t.is((await get(`${url}/products/99`)).status, 404);
  t.is((await get(`${url}/products/%F0`)).status, 400);
  t.is((await get(`${url}/products/${"x".repeat(1025)}`)).status, 400);
  t.is((await get(`${url}/elsewhere`)).status, 404);
  t.is((await fetch(`${url}/products/1`, { method: "PUT" })).status, 405);
});

test("health shows the plugin and what the category has done", async (t) => {
  const { url } = await startServer(t);
  await get(`${url}/products/1`);
  await get(`${url}/products/1`);

  const { status, body } = await get(`${url}/health`);
  t.is(status, 200);
  t.like(body, { status: "ok", plugins: [{ name: "memory", state: "ready", lives: 1, restarts: 0 }] });
  t.like(body, { categories: [{ name: "product", plugin: "memory", gets: { loader: 1, near: 1 } }] });
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`the server ends in order on ${signal}, its last request answered`, async (t) => {
    const { url, child, errors } = await startServer(t);
    const exit = once(child, "exit");
    const request = get(`${url}/products/1`);
    // The product is 100 ms away: the signal arrives while the request waits for it.
    while (((await get(`${url}/health`)).body as Health).plugins[0]?.calls.succeeded === 0);
    child.kill(signal);

    t.is((await request).status, 200);
    t.deepEqual(await exit, [0, null]);
    t.is(errors(), "");
  });
}
