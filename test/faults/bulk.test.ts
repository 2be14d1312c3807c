import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import type { EntryKey, StoredEntry } from "../../src/contract/backend.js";
import { BackendError, UnsupportedError } from "../../src/contract/errors.js";
import { Deadlines } from "../../src/host/calls/deadlines.js";
import { systemClock } from "../../src/host/clock.js";
import { loadConfig } from "../../src/host/config/load-config.js";
import { ThreadLife } from "../../src/host/life/thread-life.js";
import type { BackendClient } from "../../src/host/plugins/backend-client.js";
import { BackendRegistry } from "../../src/host/plugins/backend-registry.js";
import { NativeModules } from "../../src/host/plugins/native-modules.js";
import { PluginSupervisor } from "../../src/host/plugins/supervisor.js";

/** Opens one backend of the plain plugin in a thread of its own. */
async function openBackend(t: ExecutionContext, backend: "least" | "most"): Promise<BackendClient> {
  const module = new URL("../fixtures/plain.js", import.meta.url).href;
  const config = await loadConfig({ plugins: { plain: { module } }, storage: { plugin: "plain", backend } });
  const deadlines = new Deadlines(systemClock);
  const plugin = config.plugins.get("plain");
  if (plugin === undefined) throw new Error("The configuration has lost its plugin");
  const supervisor = new PluginSupervisor({
    config: plugin,
    services: {
      hostId: "test",
      clock: systemClock,
      deadlines,
      logger: pino({ level: "silent" }),
      secrets: config.secrets,
      registry: new BackendRegistry(),
      natives: new NativeModules(),
      maxValueBytes: config.maxValueBytes,
      reports: undefined,
      startLife: (life) => new ThreadLife(life),
    },
    onEvent: () => undefined,
    onInvalidate: () => undefined,
  });
  const client = supervisor.backend(config.storage, "storage");
  await supervisor.start();
  t.teardown(async () => {
    await supervisor.close();
    deadlines.close();
  });
  return client;
}

const keyOf = (key: string, category = "c"): EntryKey => ({ category, key });
const entryOf = (text: string, expiresAt?: number): StoredEntry =>
  expiresAt === undefined ? { value: Buffer.from(text) } : { value: Buffer.from(text), expiresAt };
const textOf = (entry: StoredEntry | undefined): string | undefined =>
  entry === undefined ? undefined : Buffer.from(entry.value).toString();

for (const backend of ["least", "most"] as const) {
  test(`bulk operations reach a backend in order, whether or not it has them (${backend})`, async (t) => {
    const client = await openBackend(t, backend);
    const later = Date.now() + 60_000;
    await client.putMany([
      [keyOf("a"), entryOf("one")],
      [keyOf("b"), entryOf("", later)],
      [keyOf("a", "other"), entryOf("two")],
    ]);
    const entries = await client.getMany([keyOf("b"), keyOf("absent"), keyOf("a", "other"), keyOf("a")]);
    t.deepEqual(entries.map(textOf), ["", undefined, "two", "one"]);
    t.is(entries[0]?.expiresAt, later);
    t.is(entries[3]?.expiresAt, undefined);
    await client.purgeMany([keyOf("a"), keyOf("absent")]);
    t.deepEqual((await client.getMany([keyOf("a"), keyOf("b")])).map(textOf), [undefined, ""]);
  });
}

test("scan() pages through one category and clear() empties it alone", async (t) => {
  const client = await openBackend(t, "most");
  const names = Array.from({ length: 7 }, (_, index) => `key-${index}`);
  await client.putMany(names.map((name) => [keyOf(name), entryOf(name)] as const));
  await client.put(keyOf("a", "other"), entryOf("stays"));
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await client.scan({ category: "c", limit: 3, ...(cursor === undefined ? {} : { cursor }) });
    pages.push([...page.keys]);
    cursor = page.cursor;
  } while (cursor !== undefined);
  t.deepEqual(pages, [names.slice(0, 3), names.slice(3, 6), names.slice(6)]);
  await client.clear("c");
  t.deepEqual((await client.scan({ category: "c", limit: 3 })).keys, []);
  t.is(textOf(await client.get(keyOf("a", "other"))), "stays");
});

test("scan() and clear() reject with UnsupportedError where the backend has neither", async (t) => {
  const client = await openBackend(t, "least");
  await t.throwsAsync(client.scan({ category: "c", limit: 3 }), { instanceOf: UnsupportedError });
  await t.throwsAsync(client.clear("c"), {
    instanceOf: UnsupportedError,
    message: 'Cannot clear in storage backend "least" of plugin "plain": it has no method "clear"',
  });
});

test("getMany() that answers too few entries fails its call, and the plugin lives on", async (t) => {
  const client = await openBackend(t, "most");
  await client.put(keyOf("a"), entryOf("one"));
  await t.throwsAsync(client.getMany([keyOf("a"), keyOf("too-few")]), {
    instanceOf: BackendError,
    message: /2 keys/,
  });
  t.is(textOf(await client.get(keyOf("a"))), "one");
});
