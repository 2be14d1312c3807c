import test from "ava";
import type {
  BootData,
  HostApi,
  ModuleDescription,
  Outcome,
  WorkerApi,
} from "../../src/contract/protocol.js";
import { Phase, Pulse } from "../../src/contract/pulse.js";
import type { HostPort } from "../../src/worker/host-port.js";
import { runPlugin } from "../../src/worker/run-plugin.js";
import { silentLogger } from "./open-backends.js";

interface Harness {
  readonly api: WorkerApi;
  readonly pulse: Pulse;
  readonly loaded: ModuleDescription[];
  readonly outcome: Promise<Outcome<undefined>>;
  readonly ended: Promise<void>;
  readonly flushes: () => number;
}

/** Runs a plugin of that source. */
function run(source: string, verdict: Outcome<undefined> = { value: undefined }): Harness {
  const pulse = new Pulse();
  const loaded: ModuleDescription[] = [];
  let api: WorkerApi | undefined;
  let report: (outcome: Outcome<undefined>) => void = () => {};
  const outcome = new Promise<Outcome<undefined>>((resolve) => (report = resolve));
  const host: { [Method in keyof HostApi]: (...args: Parameters<HostApi[Method]>) => Promise<unknown> } = {
    loaded: async (description) => {
      loaded.push(description);
      return verdict;
    },
    registerStorageBackend: async () => ({ value: undefined }),
    started: async (own) => report(own),
    log: async () => {},
    invalidate: async () => {},
    settle: async () => {},
    inspectable: async () => {},
  };
  const boot: Partial<BootData> = {
    name: "redis",
    url: `data:text/javascript,${encodeURIComponent(source)}`,
    options: { greeting: "hello" },
    hostId: "host-1",
    life: 1,
    maxValueBytes: 1024,
  };
  let flushed = 0;
  const ended = runPlugin({
    // No more of them is used.
    boot: boot as BootData,
    host: host as HostPort,
    pulse,
    logs: { logger: silentLogger, flush: () => void (flushed += 1) },
    expose: (exposed) => (api = exposed),
  });
  if (api === undefined) throw new Error("nothing was exposed");
  return { api, pulse, loaded, outcome, ended, flushes: () => flushed };
}

const PLUGIN = `
export const metadata = { name: "Redis", version: "1.0.0" };
export async function initializePlugin(context) {
  globalThis.stopped = [];
  context.signal.addEventListener("abort", () => globalThis.stopped.push(context.signal.reason.message));
  await context.registerStorageBackend("main", () => ({
    get: () => undefined, put() {}, purge() {},
    close: () => void globalThis.stopped.push("closed after " + context.options.greeting),
  }));
}`;

test.serial("A plugin is imported, described, initialised, served and stopped in good order", async (t) => {
  const { api, pulse, loaded, outcome, ended, flushes } = run(PLUGIN);
  t.deepEqual(await outcome, { value: undefined });
  t.is(pulse.phase, Phase.serve);
  t.deepEqual(loaded[0]?.metadata, { name: "Redis", version: "1.0.0" });
  t.deepEqual(await api.openBackend(0, "main", {}), { value: ["close"] });
  t.deepEqual(await api.stop(), { value: undefined });
  t.is(pulse.phase, Phase.stop);
  t.is(flushes(), 1);
  await ended;
  t.deepEqual(Reflect.get(globalThis, "stopped"), ['Plugin "redis" is to stop', "closed after hello"]);
});

test("A module that the host refuses is not initialised", async (t) => {
  const error = { name: "PluginLoadError", message: "refused" };
  const { api, outcome, ended } = run(
    `export const metadata = {}; export function initializePlugin() { throw new Error("was initialised"); }`,
    { error },
  );
  t.deepEqual(await outcome, { error });
  await api.stop();
  await ended;
});

for (const [what, source, message] of [
  ["cannot be parsed", "export const = 1;", /Unexpected token/],
  ["throws while it is imported", `throw new TypeError("at import");`, /^at import$/],
  ["throws null while it is imported", "throw null;", /^Non-error thrown: null$/],
  [
    "throws while it is initialised",
    `export function initializePlugin() { throw new Error("at start"); }`,
    /^at start$/,
  ],
  [
    "rejects while it is initialised",
    `export async function initializePlugin() { throw undefined; }`,
    /^Non-error thrown: undefined$/,
  ],
  [
    "registers no function",
    `export const initializePlugin = (context) => context.registerStorageBackend("main");`,
    /expected a function that creates it/,
  ],
] as const) {
  test(`A plugin that ${what} is reported as an error`, async (t) => {
    const { api, outcome, ended } = run(source);
    const reported = await outcome;
    t.true("error" in reported && message.test(reported.error.message));
    await api.stop();
    await ended;
  });
}
