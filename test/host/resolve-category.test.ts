import test from "ava";
import { StockpileError } from "../../src/contract/errors.js";
import { jsonCodec } from "../../src/host/cache/json-codec.js";
import {
  DEFAULT_LOAD_TIMEOUT_MS,
  DEFAULT_ON_READ_ERROR,
  DEFAULT_TTL_MS,
} from "../../src/host/config/defaults.js";
import { resolveCategory } from "../../src/host/resolve-category.js";

const load = (): string => "loaded";

test("resolveCategory() fills in what neither configuration nor code says", (t) => {
  t.like(resolveCategory("player", undefined, {}), {
    name: "player",
    ttlMs: DEFAULT_TTL_MS,
    loadTimeoutMs: DEFAULT_LOAD_TIMEOUT_MS,
    onReadError: DEFAULT_ON_READ_ERROR,
    codec: jsonCodec,
    load: undefined,
  });
});

test("resolveCategory() takes what the code says where the configuration says nothing", (t) => {
  const codec = { name: "own", encode: () => new Uint8Array(0), decode: () => "" };
  const options = { ttl: "5m", loadTimeout: 250, onReadError: "throw", codec, load } as const;
  t.like(resolveCategory("player", { name: "player" }, options), {
    ttlMs: 300_000,
    loadTimeoutMs: 250,
    onReadError: "throw",
    codec,
    load,
  });
});

test("resolveCategory() lets the configuration outrank the code", (t) => {
  const config = { name: "player", ttlMs: 1000, loadTimeoutMs: 2000, onReadError: "miss" } as const;
  const options = { ttl: "5m", loadTimeout: "1s", onReadError: "throw", load } as const;
  t.like(resolveCategory("player", config, options), {
    ttlMs: 1000,
    loadTimeoutMs: 2000,
    onReadError: "miss",
    load,
  });
});

const CONFIG = { name: "player", ttlMs: 1000, loadTimeoutMs: 2000, onReadError: "miss" } as const;

for (const [options, message] of [
  [{ tll: "5m" }, /expected options ttl, load, loadTimeout, .*: received "tll"$/],
  [{ ttl: "5 minutes" }, /Cannot parse duration: expected a duration .*: received "5 minutes"$/],
  [{ ttl: -1 }, /expected a duration of 0 or more: received -1$/],
  [{ ttl: 0 }, /expected "ttl" to be a duration above 0: received 0$/],
  [{ ttl: null }, /Cannot parse duration: /],
  [{ loadTimeout: "0ms" }, /expected "loadTimeout" to be a duration above 0: received "0ms"$/],
  [{ loadTimeout: true }, /Cannot parse duration: /],
  [{ load: "https://example.org" }, /expected "load" to be a function: received string$/],
  [{ onReadError: "ignore" }, /expected "onReadError" to be "miss" or "throw": received "ignore"$/],
  [{ codec: "xml" }, /Cannot use codec: expected "json", "bytes" or an object: received "xml"$/],
] as [never, RegExp][]) {
  for (const config of [undefined, CONFIG]) {
    const where = config === undefined ? "alone" : "also where the configuration outranks them";
    test(`resolveCategory() refuses options ${JSON.stringify(options)}, ${where}`, (t) => {
      const error = t.throws(() => resolveCategory("player", config, options), {
        instanceOf: StockpileError,
      });
      t.is(error.code, "STOCKPILE_CONFIG_INVALID");
      t.regex(error.message, /^Cannot make category "player": /);
      t.regex(error.message, message);
      t.true(error.cause instanceof Error);
    });
  }
}
