import test from "ava";
import { StockpileError } from "../../../src/contract/errors.js";
import { BackendRegistry } from "../../../src/host/plugins/backend-registry.js";

test("claim() adds the id to those of the life", (t) => {
  const registry = new BackendRegistry();
  const registered = new Set<string>();
  registry.claim("a", "redis", registered);
  registry.claim("b", "redis", registered);
  t.deepEqual([...registered], ["a", "b"]);
});

test("An id belongs to its plugin across lives", (t) => {
  const registry = new BackendRegistry();
  registry.claim("main", "redis", new Set());
  const next = new Set<string>();
  registry.claim("main", "redis", next);
  t.true(next.has("main"));
});

test("claim() refuses an id that this life has registered", (t) => {
  const registry = new BackendRegistry();
  const registered = new Set<string>();
  registry.claim("main", "redis", registered);
  const error = t.throws(() => registry.claim("main", "redis", registered), { instanceOf: StockpileError });
  t.like(error, { code: "STOCKPILE_BACKEND_TAKEN", pluginName: "redis", backendId: "main" });
  t.is(
    error.message,
    'Cannot register storage backend "main" for plugin "redis": it has registered that id already',
  );
});

test("claim() refuses an id that another plugin has, and keeps its owner", (t) => {
  const registry = new BackendRegistry();
  registry.claim("main", "redis", new Set());
  const registered = new Set<string>();
  t.throws(() => registry.claim("main", "file", registered), {
    message: 'Cannot register storage backend "main" for plugin "file": plugin "redis" has that id',
  });
  t.is(registered.size, 0);
  t.notThrows(() => registry.claim("main", "redis", new Set()));
});
