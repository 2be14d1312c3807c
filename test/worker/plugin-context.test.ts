import test from "ava";
import type { StorageBackendFactory } from "../../src/contract/context.js";
import { StockpileError } from "../../src/contract/errors.js";
import type { BootData, Outcome } from "../../src/contract/protocol.js";
import { Backends } from "../../src/worker/backends.js";
import type { HostPort } from "../../src/worker/host-port.js";
import { createPluginContext } from "../../src/worker/plugin-context.js";
import type { PluginContext } from "../../src/contract/context.js";
import { backendsOptions, silentLogger } from "./open-backends.js";

const factory: StorageBackendFactory = () => ({ get: () => undefined, put: () => {}, purge: () => {} });

interface Harness {
  readonly context: PluginContext;
  readonly backends: Backends;
  readonly signal: AbortSignal;
  /** Ids the host was asked to register. */
  readonly asked: string[];
}

/** @param answer What the host answers to a registration. */
function makeContext(answer: () => Outcome<undefined> = () => ({ value: undefined })): Harness {
  const { signal } = new AbortController();
  const backends = new Backends(backendsOptions());
  const asked: string[] = [];
  const host: Partial<HostPort> = {
    registerStorageBackend: async (id) => {
      asked.push(id);
      return answer();
    },
  };
  const boot: Partial<BootData> = { name: "redis", options: { a: 1 }, hostId: "host-1", life: 3 };
  const context = createPluginContext({
    // No more of them is used.
    boot: boot as BootData,
    host: host as HostPort,
    logger: silentLogger,
    signal,
    backends,
  });
  return { context, backends, signal, asked };
}

test("A plugin's context says who it is, and cannot be changed", (t) => {
  const { context, signal } = makeContext();
  const { name, options, logger, hostId, life } = context;
  t.deepEqual(
    { name, options, hostId, life },
    { name: "redis", options: { a: 1 }, hostId: "host-1", life: 3 },
  );
  t.is(logger, silentLogger);
  t.is(context.signal, signal);
  t.true(Object.isFrozen(context));
});

test("registerStorageBackend() keeps the factory and asks the host", async (t) => {
  const { context, backends, asked } = makeContext();
  await context.registerStorageBackend("main", factory);
  t.deepEqual(asked, ["main"]);
  t.deepEqual(await backends.open(0, "main", {}), { value: [] });
});

test("registerStorageBackend() rejects for an id that the host says is taken, and keeps no factory", async (t) => {
  const error = {
    name: "StockpileError",
    message: 'plugin "file" has that id',
    code: "STOCKPILE_BACKEND_TAKEN",
  };
  const { context, backends } = makeContext(() => ({ error }));
  const rejected = await t.throwsAsync(context.registerStorageBackend("main", factory), {
    instanceOf: StockpileError,
  });
  t.like(rejected, {
    code: "STOCKPILE_BACKEND_TAKEN",
    message: 'plugin "file" has that id',
    pluginName: "redis",
    backendId: "main",
  });
  t.like(rejected.cause, { code: "STOCKPILE_BACKEND_TAKEN" });
  t.like(await backends.open(0, "main", {}), { error: { name: "Error" } });
});

test("registerStorageBackend() a second time rejects and leaves the first in place", async (t) => {
  let registrations = 0;
  const { context, backends } = makeContext(() => {
    registrations += 1;
    return registrations === 1 ? { value: undefined } : { error: { name: "E", message: "taken" } };
  });
  await context.registerStorageBackend("main", factory);
  await t.throwsAsync(
    context.registerStorageBackend("main", () => ({}) as never),
    { message: "taken" },
  );
  t.deepEqual(await backends.open(0, "main", {}), { value: [] });
});

for (const [id, shown] of [
  [undefined, "undefined"],
  [null, "null"],
  [7, "number"],
  ["", '""'],
  ["a b", '"a b"'],
  ["a/b", '"a/b"'],
  ["x".repeat(65), `"${"x".repeat(65)}"`],
  ["y".repeat(100), `"${"y".repeat(80)}"`],
] as [never, string][]) {
  test(`registerStorageBackend() refuses the id ${shown} without asking the host`, async (t) => {
    const { context, asked } = makeContext();
    await t.throwsAsync(context.registerStorageBackend(id, factory), {
      instanceOf: TypeError,
      message: `Cannot register storage backend: expected an id of 1 to 64 characters of A-Z, a-z, 0-9, ".", "_", "-": received ${shown}`,
    });
    t.deepEqual(asked, []);
  });
}

for (const [wrong, shown] of [
  [undefined, "undefined"],
  [null, "null"],
  [{}, "object"],
  ["main", '"main"'],
] as [never, string][]) {
  test(`registerStorageBackend() refuses ${shown} as a factory without asking the host`, async (t) => {
    const { context, asked } = makeContext();
    await t.throwsAsync(context.registerStorageBackend("main", wrong), {
      instanceOf: TypeError,
      message: `Cannot register storage backend "main": expected a function that creates it: received ${shown}`,
    });
    t.deepEqual(asked, []);
  });
}
