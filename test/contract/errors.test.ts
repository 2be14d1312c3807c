import { inspect } from "node:util";
import test from "ava";
import {
  BackendError,
  BackendOverloadedError,
  BackendTimeoutError,
  ClosedError,
  ConfigError,
  DeadlineError,
  LoadError,
  PluginLoadError,
  PluginUnavailableError,
  StockpileError,
  UnsupportedError,
  isStockpileError,
} from "../../src/contract/errors.js";

/** The codes are the stable interface: a change here breaks users. */
const SUBCLASSES = {
  PluginLoadError: [PluginLoadError, "STOCKPILE_PLUGIN_LOAD"],
  PluginUnavailableError: [PluginUnavailableError, "STOCKPILE_PLUGIN_UNAVAILABLE"],
  BackendTimeoutError: [BackendTimeoutError, "STOCKPILE_BACKEND_TIMEOUT"],
  BackendOverloadedError: [BackendOverloadedError, "STOCKPILE_BACKEND_OVERLOADED"],
  BackendError: [BackendError, "STOCKPILE_BACKEND_FAILED"],
  LoadError: [LoadError, "STOCKPILE_LOAD_FAILED"],
  DeadlineError: [DeadlineError, "STOCKPILE_DEADLINE"],
  UnsupportedError: [UnsupportedError, "STOCKPILE_UNSUPPORTED"],
  ClosedError: [ClosedError, "STOCKPILE_CLOSED"],
} as const;

const DETAILS = {
  cause: new Error("why"),
  pluginName: "redis",
  backendId: "main",
  operation: "get",
  elapsedMs: 12.5,
} as const;

for (const [name, [Class, code]] of Object.entries(SUBCLASSES)) {
  test(`${name} has its name, code ${code} and the details it was given`, (t) => {
    const error = new Class("Cannot", DETAILS);
    t.true(error instanceof StockpileError);
    t.true(error instanceof Error);
    t.is(error.name, name);
    t.is(error.code, code);
    t.is(String(error), `${name}: Cannot`);
    t.true(error.stack?.startsWith(`${name}: Cannot`) ?? false);
    t.like(error, DETAILS);
    t.true(isStockpileError(error));
  });

  test(`${name} without details has no fields for them`, (t) => {
    const error = new Class("Cannot");
    t.deepEqual(Object.keys(error), ["code"]);
    for (const field of Object.keys(DETAILS)) t.false(Object.hasOwn(error, field));
    t.is(JSON.stringify(error), JSON.stringify({ code }));
    t.notRegex(inspect(error), /undefined/);
  });
}

test("StockpileError keeps a cause that is undefined, and has none where none was given", (t) => {
  t.true(Object.hasOwn(new StockpileError("STOCKPILE_PROTOCOL", "m", { cause: undefined }), "cause"));
  t.false(Object.hasOwn(new StockpileError("STOCKPILE_PROTOCOL", "m", {}), "cause"));
});

test("StockpileError shows the details it has in JSON and when inspected", (t) => {
  const error = new StockpileError("STOCKPILE_BACKEND_TAKEN", "Taken", { pluginName: "a", backendId: "b" });
  t.deepEqual(JSON.parse(JSON.stringify(error)), {
    code: "STOCKPILE_BACKEND_TAKEN",
    pluginName: "a",
    backendId: "b",
  });
  t.regex(inspect(error), /pluginName: 'a'/);
});

test("ConfigError lists every mistake in its message and keeps them as data", (t) => {
  const issues = [
    { path: "plugins.redis.limits.call", message: "expected a duration: received true" },
    { path: "", message: "expected an object: received null" },
  ];
  const error = new ConfigError("stockpile.json", issues);
  t.is(error.name, "ConfigError");
  t.is(error.code, "STOCKPILE_CONFIG_INVALID");
  t.is(
    error.message,
    "Cannot use configuration stockpile.json: 2 mistakes\n" +
      "  plugins.redis.limits.call: expected a duration: received true\n" +
      "  (whole): expected an object: received null",
  );
  t.deepEqual(error.issues, issues);
  t.regex(
    new ConfigError("object", issues.slice(0, 1)).message,
    /^Cannot use configuration object: 1 mistake\n/,
  );
});

test("isStockpileError() knows errors of another copy of this package", async (t) => {
  const url = new URL("../../src/contract/errors.js?copy", import.meta.url).href;
  const copy = (await import(url)) as typeof import("../../src/contract/errors.js");
  const foreign = new copy.BackendError("Cannot");
  t.false(foreign instanceof StockpileError);
  t.true(isStockpileError(foreign));
  t.true(copy.isStockpileError(new BackendError("Cannot")));
});

for (const value of [null, undefined, "error", 1, {}, new Error("m"), () => {}]) {
  test(`isStockpileError() refuses ${inspect(value).split("\n")[0]}`, (t) =>
    t.false(isStockpileError(value)));
}
