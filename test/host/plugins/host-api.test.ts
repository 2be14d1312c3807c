import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { pino } from "pino";
import { HOST_METHODS } from "../../../src/contract/protocol.js";
import type { HostApi } from "../../../src/contract/protocol.js";
import type { Isolation, PluginConfig } from "../../../src/host/config/config.js";
import { BackendRegistry } from "../../../src/host/plugins/backend-registry.js";
import { createHostApi } from "../../../src/host/plugins/host-api.js";
import { DESCRIPTION } from "./fake-life.js";
import { LIMITS, makeConfig } from "./make-config.js";

interface Harness {
  /** The methods, to be called with whatever a plugin may send. */
  readonly api: { readonly [Method in keyof HostApi]: (...args: unknown[]) => unknown };
  readonly registered: Set<string>;
  readonly registry: BackendRegistry;
  /** What was heard, oldest first: names of events and what came with them. */
  readonly heard: unknown[][];
  readonly faults: string[];
  readonly lines: string[];
}

function makeApi(config: Partial<PluginConfig> = {}, isolation: Isolation = "thread"): Harness {
  const registered = new Set<string>();
  const registry = new BackendRegistry();
  const heard: unknown[][] = [];
  const faults: string[] = [];
  const lines: string[] = [];
  const api = createHostApi({
    config: makeConfig(config),
    isolation: () => isolation,
    onNative: () => void heard.push(["native"]),
    logger: pino({ level: "trace" }, { write: (line) => void lines.push(line) }),
    registry,
    registered,
    onLoaded: (metadata) => void heard.push(["loaded", metadata]),
    onRefused: (error) => void heard.push(["refused", error.message]),
    onStarted: (outcome) => void heard.push(["started", outcome]),
    onLog: (entries) => entries !== "wrong",
    onInvalidate: (handle, keys) => void heard.push(["invalidate", handle, keys]),
    onSettle: (frame) => void heard.push(["settle", frame]),
    onInspectable: (url) => url === "expected",
    onFault: (fault) => void faults.push(fault),
  });
  // A plugin sends what it likes.
  return { api: api as Harness["api"], registered, registry, heard, faults, lines };
}

test("createHostApi() takes the address of an inspector where one was asked for, and a fault otherwise", (t) => {
  const { api, faults } = makeApi();
  api["inspectable"]?.("expected");
  t.deepEqual(faults, []);
  api["inspectable"]?.("ws://127.0.0.1:22/");
  t.deepEqual(faults, ["it offers an inspector that was not asked for"]);
});

test("createHostApi() offers the methods of the protocol and nothing else, not even a prototype", (t) => {
  const { api } = makeApi();
  t.deepEqual(new Set(Object.keys(api)), HOST_METHODS);
  t.is(Object.getPrototypeOf(api), null);
});

test("loaded() hands on the metadata of a module that may be initialised", (t) => {
  const { api, heard, faults } = makeApi();
  t.deepEqual(api.loaded(DESCRIPTION), { value: undefined });
  t.deepEqual(heard, [["loaded", { name: "Redis", version: "1.0.0" }]]);
  t.deepEqual(faults, []);
});

test("loaded() refuses another module, to the host and to the worker", (t) => {
  const { api, heard } = makeApi();
  const outcome = api.loaded({ ...DESCRIPTION, metadata: {} }) as { error: { message: string } };
  t.regex(outcome.error.message, /expected "metadata\.name" to be/);
  t.deepEqual(heard, [["refused", outcome.error.message]]);
});

test("loaded() warns of what is worth no refusal", (t) => {
  const { api, lines } = makeApi();
  api.loaded({ ...DESCRIPTION, metadata: { name: "Redis", version: "summer" } });
  t.is(lines.length, 1);
  t.regex(lines[0] ?? "", /no semantic version/);
});

const NATIVE = { ...DESCRIPTION, metadata: { name: "Redis", version: "1.0.0", native: true } };

test("loaded() has a native plugin moved that nobody has said may run in a thread, and called no further", (t) => {
  const { api, heard } = makeApi();
  const outcome = api.loaded(NATIVE);
  t.deepEqual(heard, [["native"]]);
  t.true("error" in (outcome as object));
  // There it is loaded once more, and that is no second time.
  api.loaded(DESCRIPTION);
  t.like(heard[1], ["loaded"]);
});

test("loaded() refuses a native plugin that is allowed less memory than a process takes, and says what to do", (t) => {
  const { api, heard } = makeApi({ limits: { ...LIMITS, memoryMb: 95 } });
  const outcome = api.loaded(NATIVE) as { error: { message: string } };
  t.deepEqual(heard, [["refused", outcome.error.message]]);
  t.regex(
    outcome.error.message,
    /limits\.memoryMb: expected at least 96 in a process, .*: received 95; or set "isolation": "thread"$/,
  );
  const inThread = makeApi({ isolationIsExplicit: true, limits: { ...LIMITS, memoryMb: 95 } });
  t.deepEqual(inThread.api.loaded(NATIVE), { value: undefined });
});

test("loaded() takes a native plugin in a process", (t) => {
  const { api, heard } = makeApi({}, "process");
  api.loaded(NATIVE);
  t.like(heard[0], ["loaded"]);
});

test("loaded() takes a native plugin that somebody has said may run in a thread", (t) => {
  const { api, heard } = makeApi({ isolationIsExplicit: true });
  api.loaded(NATIVE);
  t.like(heard[0], ["loaded"]);
});

test("loaded() and started() a second time are faults", (t) => {
  const { api, heard, faults } = makeApi();
  api.loaded(DESCRIPTION);
  api.loaded(DESCRIPTION);
  api.started({ value: undefined });
  api.started({ value: undefined });
  t.deepEqual(faults, ["it is loaded a second time", "it starts a second time"]);
  t.is(heard.length, 2);
});

test("started() hands on an outcome, and finds fault with anything else", (t) => {
  const { api, heard, faults } = makeApi();
  api.started("well");
  api.started(null);
  api.started({ value: undefined });
  t.deepEqual(faults, [
    "its start has no outcome",
    "its start has no outcome",
    "it starts without being loaded",
  ]);
  t.deepEqual(heard, []);
  const outcome = { error: { name: "E", message: "m" } };
  api.started(outcome);
  t.deepEqual(heard, [["started", outcome]]);
});

test("registerStorageBackend() keeps valid ids and answers a taken one as an error", (t) => {
  const { api, registered, registry, faults } = makeApi();
  registry.claim("theirs", "file", new Set());
  t.deepEqual(api.registerStorageBackend("main"), { value: undefined });
  t.like(api.registerStorageBackend("main"), { error: { code: "STOCKPILE_BACKEND_TAKEN" } });
  t.like(api.registerStorageBackend("theirs"), { error: { code: "STOCKPILE_BACKEND_TAKEN" } });
  t.deepEqual([...registered], ["main"]);
  t.deepEqual(faults, []);
});

for (const id of [undefined, null, 7, "", "a b", "../x", "x".repeat(65), ["main"], { toString: 1 }]) {
  test(`registerStorageBackend() finds fault with the id ${JSON.stringify(id) ?? "undefined"}`, (t) => {
    const { api, registered, faults } = makeApi();
    t.deepEqual(api.registerStorageBackend(id), { value: undefined });
    t.deepEqual(faults, ["it registers a storage backend under no valid id"]);
    t.is(registered.size, 0);
  });
}

test("registerStorageBackend() bounds the ids of one life", (t) => {
  const { api, registered, faults } = makeApi();
  for (let count = 0; count < 257; count += 1) api.registerStorageBackend(`id${count}`);
  t.is(registered.size, 256);
  t.is(faults.length, 1);
});

test("log() finds fault with lines of another form", (t) => {
  const { api, faults } = makeApi();
  api.log([], 0);
  api.log("wrong", 0);
  t.deepEqual(faults, ["its log lines have another form"]);
});

test("invalidate() hands on keys by category, or all", (t) => {
  const { api, heard, faults } = makeApi();
  api.invalidate(3, [
    { category: "player", key: "a" },
    { category: "skin", key: "b" },
    { category: "player", key: "c" },
  ]);
  api.invalidate(3, "all");
  const keys = new Map([
    ["player", ["a", "c"]],
    ["skin", ["b"]],
  ]);
  t.deepEqual(heard, [
    ["invalidate", 3, keys],
    ["invalidate", 3, "all"],
  ]);
  t.deepEqual(faults, []);
});

for (const [handle, keys] of [
  ["3", "all"],
  [undefined, "all"],
  [3, undefined],
  [3, "some"],
  [3, [null]],
  [3, ["a"]],
  [3, [{ category: "c" }]],
  [3, [{ category: 1, key: "k" }]],
  [3, [{ category: "c", key: "k", junk: [] }]],
  [3, Object.assign([], { junk: [] })],
  [3, { length: 0 }],
  [3, Object.assign([], { length: 1 })],
  [3, Object.assign([], { length: 2 ** 32 - 1 })],
] as const) {
  const shown = Array.isArray(keys)
    ? `a list of ${keys.length}: ${JSON.stringify(keys[0])}`
    : JSON.stringify(keys);
  test(`invalidate() finds fault with ${JSON.stringify(handle)} and ${shown}`, (t) => {
    const { api, heard, faults } = makeApi();
    api.invalidate(handle, keys);
    t.deepEqual(faults, ["it invalidates what are no entries"]);
    t.deepEqual(heard, []);
  });
}

testProp(
  "No method throws, whatever a plugin calls it with",
  [fc.constantFrom(...HOST_METHODS), fc.array(fc.anything(), { maxLength: 3 })],
  (t, method, args) => {
    const { api } = makeApi();
    // Names come from the protocol itself.
    t.notThrows(() => api[method as keyof HostApi](...args));
  },
  { numRuns: 500 },
);
