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

test("An id that lives of one plugin have at a time is free when none has it, or stays where one got ready", (t) => {
  const registry = new BackendRegistry();
  const [first, second] = [new Set<string>(), new Set<string>()];
  registry.claim("main", "redis", first);
  registry.claim("main", "redis", second);
  registry.release(first);
  t.throws(() => registry.claim("main", "file", new Set()), { message: /plugin "redis" has that id$/ });
  registry.release(second);
  const other = new Set<string>();
  registry.claim("main", "file", other);
  registry.confirm(other);
  registry.release(other);
  t.throws(() => registry.claim("main", "redis", new Set()), { message: /plugin "file" has that id$/ });
});

test("What a plugin has that is about to leave, another may have, and has it once that is gone", (t) => {
  const registry = new BackendRegistry();
  const [old, next] = [new Set<string>(), new Set<string>()];
  registry.claim("main", "old", old);
  registry.confirm(old);
  registry.setLeaving("old", true);
  registry.claim("main", "next", next);
  registry.confirm(next);
  registry.forget("old");
  t.throws(() => registry.claim("main", "old", new Set()), { message: /plugin "next" has that id$/ });
});

test("A plugin that does not leave after all keeps what it has", (t) => {
  const registry = new BackendRegistry();
  const [old, next] = [new Set<string>(), new Set<string>()];
  registry.claim("main", "old", old);
  registry.confirm(old);
  registry.setLeaving("old", true);
  registry.claim("main", "next", next);
  registry.release(next);
  registry.setLeaving("old", false);
  t.throws(() => registry.claim("main", "next", new Set()), { message: /plugin "old" has that id$/ });
  t.notThrows(() => registry.claim("main", "old", new Set()));
});
