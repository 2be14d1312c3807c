/** Plugins that are debugged, with a real client of V8's inspector. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import { ConfigError, Stockpile } from "../../src/host/main.js";
import type { Category, PluginHealth } from "../../src/host/main.js";
import { nodePermissions } from "../../src/host/permissions/node-permissions.js";
import { DebuggerClient } from "../support/debugger-client.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { until } from "../support/until.js";

const KINDS = ["thread", "process"] as const;
const HANG_MS = 300;
/** Tells in which life, and whether beside the host, it is asked. */
const SOURCE = {
  initializePlugin: `import { threadId } from "node:worker_threads";
export async function initializePlugin(context) {
  globalThis.seen = { name: context.name, life: context.life, pid: process.pid, threadId };
  await context.registerStorageBackend("store", () => {
    const entries = new Map();
    return {
      get: ({ key }) => entries.get(key),
      put: ({ key }, entry) => void entries.set(key, entry),
      purge: ({ key }) => {
        if (key === "crash") setTimeout(() => { throw new Error("crashed"); });
        if (key === "exit") setTimeout(() => process.exit(7));
      },
    };
  });
}`,
};

leavesNothing(test);

interface Scene {
  readonly stockpile: Stockpile;
  readonly category: Category<string>;
  readonly lines: readonly {
    readonly msg?: string;
    readonly inspectorUrl?: string;
    readonly level: number;
  }[];
  readonly health: () => PluginHealth;
  /** The address of its current life, which is not the last one. */
  readonly url: (last?: string) => Promise<string>;
}

async function open(t: ExecutionContext, settings: object): Promise<Scene> {
  const plugin = new TemporaryPlugin(SOURCE);
  t.teardown(() => plugin.remove());
  const lines: Scene["lines"][number][] = [];
  const logger = pino({ level: "info" }, { write: (line) => void lines.push(JSON.parse(line)) });
  const limits = { start: "15s", call: "300ms", hang: `${HANG_MS}ms`, stop: "1s" };
  const debugged = { module: plugin.url, limits, restart: { backoff: 0, burst: 0 }, ...settings };
  const stockpile = await Stockpile.open(
    { plugins: { debugged }, storage: { plugin: "debugged" }, near: false },
    { logger },
  );
  t.teardown(() => stockpile.close());
  const health = (): PluginHealth => stockpile.plugins.list()[0] as PluginHealth;
  return {
    stockpile,
    category: stockpile.category<string>("player", { onReadError: "throw" }),
    lines,
    health,
    url: (last) =>
      until("an address", () => {
        const { inspectorUrl } = health();
        return inspectorUrl === last ? undefined : inspectorUrl;
      }),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

for (const isolation of KINDS) {
  test.serial(
    `${isolation}: a debugger attaches to the plugin alone, at the address in health and log`,
    async (t) => {
      const { url, lines, health } = await open(t, { isolation, inspect: true });
      const address = await url();
      t.is(new URL(address).hostname, "127.0.0.1");
      t.is(lines.find(({ inspectorUrl }) => inspectorUrl !== undefined)?.inspectorUrl, address);
      const client = await DebuggerClient.attach(address);
      t.teardown(() => client.leave());
      const seen = (await client.evaluate("globalThis.seen")) as Record<string, unknown>;
      t.like(seen, { name: "debugged", life: 1 });
      if (isolation === "thread") t.true(seen["pid"] === process.pid && Number(seen["threadId"]) > 0);
      else t.not(seen["pid"], process.pid);
      t.is(health().state, "ready");
      // Of a process, what Node prints of a debugger is its standard error.
      const worse = lines.filter(({ level, msg }) => level > 30 && msg !== "Debugger attached.");
      t.deepEqual(worse, []);
    },
  );

  test.serial(
    `${isolation}: a plugin that stands at a breakpoint is not ended, and its calls end by themselves`,
    async (t) => {
      const { url, category, health } = await open(t, { isolation, inspect: true });
      await category.set("jeb", "Jeb");
      const client = await DebuggerClient.attach(await url());
      t.teardown(() => client.leave());
      await client.pause();
      await t.throwsAsync(category.get("jeb"), { code: "STOCKPILE_BACKEND_TIMEOUT" });
      await until("a blocked loop", () => health().eventLoop.blockedMs > 3 * HANG_MS);
      t.like(health(), { state: "ready", lives: 1 });
      client.send("Debugger.resume");
      await until("a loop that turns", () => health().eventLoop.blockedMs === 0);
      t.is(await category.get("jeb"), "Jeb");
      t.is(health().lives, 1);
    },
  );

  test.serial(`${isolation}: what ends a life cuts its debugger off, also one that holds it`, async (t) => {
    const { stockpile, category, url, health } = await open(t, { isolation, inspect: true });
    const first = await url();
    const holding = await DebuggerClient.attach(first);
    await holding.pause();
    await stockpile.plugins.restart("debugged");
    await holding.closed();
    const second = await url(first);
    const idle = await DebuggerClient.attach(second);
    t.like(await idle.evaluate("globalThis.seen"), { life: 2 });
    await category.delete("crash");
    await idle.closed();
    await until("another life", () => health().lives === 3 && health().state === "ready");
    const third = await DebuggerClient.attach(await url(second));
    t.like(await third.evaluate("globalThis.seen"), { life: 3 });
    t.like(health().lastFailure, { kind: "crash" });
    await category.delete("exit");
    await third.closed();
    await until("another life", () => health().lives === 4 && health().state === "ready");
    t.like(health().lastFailure, { kind: "exit" });
    const last = await DebuggerClient.attach(await url());
    await last.pause();
    t.deepEqual(await stockpile.close(), { abandonedThreads: 0, undelivered: 0 });
    await last.closed();
  });

  test.serial(
    `${isolation}: each life is debugged on the port that was said, one after the other`,
    async (t) => {
      const port = await freePort();
      const { stockpile, url } = await open(t, { isolation, inspect: port, spare: true });
      await until("a spare", () => stockpile.plugins.list()[0]?.spare === "ready");
      const first = await url();
      t.is(new URL(first).port, String(port));
      const client = await DebuggerClient.attach(first);
      t.like(await client.evaluate("globalThis.seen"), { life: 1 });
      const answer = await fetch(`http://127.0.0.1:${port}/json`);
      const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
      t.is(target?.webSocketDebuggerUrl, first);
      await stockpile.plugins.restart("debugged");
      const second = await url(first);
      t.is(new URL(second).port, String(port));
      const next = await DebuggerClient.attach(second);
      t.teardown(() => next.leave());
      const { life } = (await next.evaluate("globalThis.seen")) as { life: number };
      t.true(life > 1);
    },
  );
}

test.serial("a port that another program has costs the debugger, not the plugin", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  t.teardown(() => other.close());
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { category, health, lines } = await open(t, { inspect: port });
  await category.set("jeb", "Jeb");
  await until("a warning", () =>
    lines.some(
      ({ msg }) => msg === `No debugger can attach on port ${port}: it is in use by another program`,
    ),
  );
  t.is(health().state, "ready");
  t.is(health().inspectorUrl, undefined);
});

test.serial("a plugin without inspect has no address", async (t) => {
  const { health, category } = await open(t, {});
  await category.set("jeb", "Jeb");
  t.false("inspectorUrl" in health());
});

for (const isolation of KINDS) {
  test.serial(
    `${isolation}: a plugin under permissions is debugged where Node allows it, and refused otherwise`,
    async (t) => {
      const scene = open(t, { isolation, inspect: true, permissions: { fsRead: ["."] } });
      if (!nodePermissions.allowsInspector) {
        await t.throwsAsync(scene, {
          instanceOf: ConfigError,
          message: /plugins\.debugged\.inspect: expected false/,
        });
        return;
      }
      const { url } = await scene;
      const client = await DebuggerClient.attach(await url());
      t.teardown(() => client.leave());
      t.like(await client.evaluate("globalThis.seen"), { name: "debugged" });
    },
  );
}
