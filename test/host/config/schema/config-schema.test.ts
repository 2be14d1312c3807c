import test from "ava";
import { z } from "zod";
import { configSchema } from "../../../../src/host/config/schema/config-schema.js";

test("configSchema fills in every default of the top level and of a plugin", (t) => {
  t.deepEqual(configSchema.parse({ plugins: { redis: {} }, categories: { player: {} } }), {
    plugins: {
      redis: {
        isolation: "thread",
        isolationIsExplicit: false,
        startup: "optional",
        options: {},
        limits: {
          startMs: 5000,
          callMs: 500,
          stopMs: 2000,
          hangMs: 5000,
          memoryMb: 256,
          inFlightCalls: 4096,
          inFlightBytes: 67_108_864,
        },
        restart: { burst: 5, windowMs: 60_000, backoffMs: 100, maxBackoffMs: 30_000 },
      },
    },
    storage: { plugin: "memory", backend: undefined, parameters: {}, parametersKey: "default" },
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
  };
  const parsed = configSchema.parse({
    $schema: "./stockpile.schema.json",
    pluginDirectory: "plugins",
    plugins: {
      redis: {
        module: "@stockpile/plugin-redis",
        isolation: "thread",
        startup: "required",
        options: [1],
        limits,
        restart: { burst: 0, window: "1s", backoff: 0, maxBackoff: "2s" },
      },
    },
    storage: { plugin: "redis", backend: "main", parameters: { b: 1, a: 2 } },
    near: false,
    categories: {
      player: {
        ttl: "10m",
        onReadError: "throw",
        loadTimeout: "3s",
        storage: { plugin: "redis" },
        near: false,
      },
    },
    maxValueBytes: 1,
    server: { port: 1 },
  });
  t.deepEqual(parsed.plugins["redis"], {
    isolation: "thread",
    isolationIsExplicit: true,
    startup: "required",
    options: [1],
    limits: { startMs: 1, callMs: 2, stopMs: 3, hangMs: 4, memoryMb: 5, inFlightCalls: 6, inFlightBytes: 7 },
    restart: { burst: 0, windowMs: 1000, backoffMs: 0, maxBackoffMs: 2000 },
  });
  t.is(parsed.storage.backend, "main");
  t.deepEqual(parsed.storage.parameters, { b: 1, a: 2 });
  t.deepEqual(parsed.categories["player"], {
    ttlMs: 600_000,
    onReadError: "throw",
    loadTimeoutMs: 3000,
    storage: { plugin: "redis", backend: undefined, parameters: {}, parametersKey: "default" },
  });
});

test("configSchema gives editors a JSON Schema that describes every key", (t) => {
  const schema = z.toJSONSchema(configSchema, { io: "input" });
  const undescribed: string[] = [];
  collectUndescribed(schema, "", undescribed);
  t.deepEqual(undescribed, ["/"]);
  t.deepEqual(Object.keys(schema.properties ?? {}), [
    "$schema",
    "pluginDirectory",
    "plugins",
    "storage",
    "near",
    "categories",
    "maxValueBytes",
    "server",
  ]);
  t.is(schema.additionalProperties, false);
  const plugins = schema.properties?.["plugins"];
  t.deepEqual(typeof plugins === "object" && plugins.propertyNames, {
    type: "string",
    pattern: "^[a-z0-9][a-z0-9._-]{0,63}$",
  });
});

/** Collects the places of all properties without a description; the root, which has none, proves that it looks. */
function collectUndescribed(schema: z.core.JSONSchema._JSONSchema, path: string, into: string[]): void {
  if (typeof schema === "boolean") return;
  if (schema.description === undefined && !path.endsWith("/*")) into.push(path === "" ? "/" : path);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    collectUndescribed(property, `${path}/${key}`, into);
  }
  if (schema.additionalProperties !== undefined)
    collectUndescribed(schema.additionalProperties, `${path}/*`, into);
}
