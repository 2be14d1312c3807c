import test from "ava";
import { configSchema } from "../../../../src/host/config/schema/config-schema.js";

test("configSchema fills in every default of the top level and of a plugin", (t) => {
  t.deepEqual(configSchema.parse({ plugins: { redis: {} }, categories: { player: {} } }), {
    plugins: {
      redis: {
        isolation: "thread",
        isolationIsExplicit: false,
        startup: "optional",
        spare: false,
        options: {},
        permissions: { env: [], grants: undefined },
        inspectPort: undefined,
        limits: {
          startMs: 5000,
          callMs: 500,
          stopMs: 2000,
          hangMs: 5000,
          memoryMb: 256,
          inFlightCalls: 4096,
          inFlightBytes: 67_108_864,
          queuedWrites: 10_000,
          queuedBytes: 67_108_864,
        },
        restart: { burst: 5, windowMs: 60_000, backoffMs: 100, maxBackoffMs: 30_000 },
      },
    },
    storage: { plugin: "memory", backend: undefined, parameters: {}, parametersKey: "default" },
    near: { entries: 10_000, bytes: 67_108_864, values: "freeze" },
    categories: { player: {} },
    maxValueBytes: 8_388_608,
  });
});

test("configSchema takes every key", (t) => {
  const limits = {
    start: 1,
    call: "2ms",
    stop: "3ms",
    hang: "4ms",
    memoryMb: 5,
    inFlightCalls: 6,
    inFlightBytes: 7,
    queuedWrites: 0,
    queuedBytes: 9,
  };
  const parsed = configSchema.parse({
    $schema: "./stockpile.schema.json",
    pluginDirectory: "plugins",
    plugins: {
      redis: {
        module: "@stockpile/plugin-redis",
        isolation: "thread",
        startup: "required",
        spare: true,
        options: [1],
        permissions: {
          env: ["REDIS_URL"],
          fsRead: ["data"],
          fsWrite: ["*"],
          childProcess: true,
          worker: true,
          addons: true,
          wasi: true,
          net: false,
        },
        limits,
        inspect: 9230,
        restart: { burst: 0, window: "1s", backoff: 0, maxBackoff: "2s" },
      },
    },
    storage: { plugin: "redis", backend: "main", parameters: { b: 1, a: 2 } },
    near: false,
    categories: {
      player: {
        ttl: "10m",
        grace: "1d",
        refreshAhead: "1m",
        negativeTtl: 0,
        loadTimeout: "3s",
        loadSoftTimeout: "1s",
        onReadError: "throw",
        onWriteError: "ignore",
        near: { entries: 1, bytes: 2, values: "share" },
        storage: { plugin: "redis" },
      },
      skin: { near: false },
      cape: { near: { values: "clone" } },
    },
    maxValueBytes: 1,
    server: { port: 1 },
  });
  t.deepEqual(parsed.plugins["redis"], {
    isolation: "thread",
    isolationIsExplicit: true,
    startup: "required",
    spare: true,
    options: [1],
    permissions: {
      env: ["REDIS_URL"],
      grants: {
        fsRead: ["data"],
        fsWrite: ["*"],
        childProcess: true,
        worker: true,
        addons: true,
        wasi: true,
        net: false,
      },
    },
    inspectPort: 9230,
    limits: {
      startMs: 1,
      callMs: 2,
      stopMs: 3,
      hangMs: 4,
      memoryMb: 5,
      inFlightCalls: 6,
      inFlightBytes: 7,
      queuedWrites: 0,
      queuedBytes: 9,
    },
    restart: { burst: 0, windowMs: 1000, backoffMs: 0, maxBackoffMs: 2000 },
  });
  t.is(parsed.storage.backend, "main");
  t.deepEqual(parsed.storage.parameters, { b: 1, a: 2 });
  t.deepEqual(parsed.categories, {
    player: {
      ttlMs: 600_000,
      graceMs: 86_400_000,
      refreshAheadMs: 60_000,
      negativeTtlMs: 0,
      loadTimeoutMs: 3000,
      loadSoftTimeoutMs: 1000,
      onReadError: "throw",
      onWriteError: "ignore",
      near: { entries: 1, bytes: 2, values: "share" },
      storage: { plugin: "redis", backend: undefined, parameters: {}, parametersKey: "default" },
    },
    skin: { near: false },
    cape: { near: { values: "clone" } },
  });
  t.is(parsed.near, false);
});

test("configSchema fills in what a near cache of the top level leaves out, and only there", (t) => {
  const { near, categories } = configSchema.parse({
    near: { values: "share" },
    categories: { player: { near: { entries: 5 } } },
  });
  t.deepEqual(near, { entries: 10_000, bytes: 67_108_864, values: "share" });
  t.deepEqual(categories, { player: { near: { entries: 5 } } });
});
