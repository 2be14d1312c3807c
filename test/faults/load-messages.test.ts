/** Each way in which a module can be wrong has a message of its own: which plugin, which file, expected, found. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { ConfigError, PluginLoadError, Stockpile } from "../../src/host/main.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { threadCount } from "../support/thread-count.js";
import { until } from "../support/until.js";

/** Stands for the path of the plugin's file. */
const FILE = "<file>";

interface Mistake {
  readonly text: string | Readonly<Record<string, string>>;
  /** Parts of the message, in order. */
  readonly says: readonly string[];
}

const initialize = (body: string): Readonly<Record<string, string>> => ({
  initializePlugin: `export async function initializePlugin(context) { ${body} }`,
});
const metadata = (text: string): Readonly<Record<string, string>> => ({
  metadata: `export const metadata = ${text};`,
});
const BACKEND = "{ get() {}, put() {}, purge() {} }";
const STORE = `await context.registerStorageBackend("store", () => (${BACKEND}));`;

const MISTAKES: Readonly<Record<string, Mistake>> = {
  "a syntax error": { text: "export const = 1;", says: [FILE, "SyntaxError", "Unexpected token"] },
  "an import of a missing file": {
    text: `import "./missing.mjs";`,
    says: [FILE, "Cannot find module", "missing.mjs"],
  },
  "an import of a missing package": {
    text: `import "no-such-package-of-stockpile";`,
    says: [FILE, "Cannot find package 'no-such-package-of-stockpile'"],
  },
  "a throw at import": { text: `throw new Error("on import");`, says: [FILE, "on import"] },
  "no exports": { text: "", says: [FILE, 'expected an export "metadata"', "found no exports at all"] },
  "no metadata": {
    text: { metadata: "" },
    says: [FILE, 'expected an export "metadata"', 'found exports "initializePlugin"'],
  },
  "metadata of a wrong type": {
    text: metadata('"text"'),
    says: [FILE, 'expected "metadata" to be an object', "found string"],
  },
  "metadata that is null": {
    text: metadata("null"),
    says: [FILE, 'expected "metadata" to be an object', "found null"],
  },
  "metadata with a wrong field": {
    text: metadata('{ name: "N", version: 1 }'),
    says: [FILE, 'expected "metadata.version" to be a string', "found number"],
  },
  "metadata without a field": {
    text: metadata('{ name: "N" }'),
    says: [FILE, 'expected "metadata.version" to be a string', "found nothing"],
  },
  "metadata with an unknown field": {
    text: metadata('{ name: "N", version: "1.0.0", autors: [] }'),
    says: [FILE, "no other fields than name, version", 'found "autors"'],
  },
  "metadata with more authors than can be": {
    // Nothing but holes: it weighs nothing, and takes minutes to walk.
    text: metadata('{ name: "N", version: "1.0.0", authors: new Array(4_000_000_000) }'),
    says: [FILE, 'expected "metadata.authors" to be an array of at most 64', "found an array of 4000000000"],
  },
  "metadata that cannot be cloned": {
    text: metadata('{ name: "N", version: "1.0.0", authors: [() => 1] }'),
    says: [FILE, 'expected "metadata" to be plain data', "found something that cannot be cloned"],
  },
  "no initializePlugin": {
    text: { initializePlugin: "" },
    says: [FILE, 'expected an export "initializePlugin"', 'found exports "metadata"'],
  },
  "an initializePlugin that is no function": {
    text: { initializePlugin: "export const initializePlugin = 1;" },
    says: [FILE, 'expected "initializePlugin" to be a function', "found number"],
  },
  "another protocol": {
    text: { protocol: "/* @stockpile protocol 99 */" },
    says: [FILE, "expected protocol 1", "found 99", "update Stockpile"],
  },
  "an initializePlugin that throws": {
    text: initialize('throw new RangeError("not today");'),
    says: [FILE, "finish initializePlugin", "not today"],
  },
  "an initializePlugin that throws null": {
    text: initialize("throw null;"),
    says: [FILE, "finish initializePlugin", "Non-error thrown: null"],
  },
  "an id registered twice": {
    text: initialize(STORE + STORE),
    says: [FILE, 'Cannot register storage backend "store" for plugin "faulty"', "registered that id already"],
  },
  "an id that is no id": {
    text: initialize(`await context.registerStorageBackend("a b", () => (${BACKEND}));`),
    says: [FILE, "Cannot register storage backend", "expected an id of 1 to 64 characters", '"a b"'],
  },
  "a factory that is no function": {
    text: initialize(`await context.registerStorageBackend("store", ${BACKEND});`),
    says: [FILE, 'Cannot register storage backend "store"', "expected a function", "received object"],
  },
  "an id of another plugin": {
    text: initialize(
      `await new Promise((resolve) => setTimeout(resolve, 500)); ${STORE.replace("store", "steady")}`,
    ),
    says: [
      FILE,
      'Cannot register storage backend "steady" for plugin "faulty"',
      'plugin "steady" has that id',
    ],
  },
  "a factory that throws": {
    text: initialize(`await context.registerStorageBackend("store", () => { throw new Error("no disk"); });`),
    says: ['Storage backend "store" of plugin "faulty"', FILE, "did not open", "no disk"],
  },
  "a factory that returns nothing": {
    text: initialize(`await context.registerStorageBackend("store", () => undefined);`),
    says: [
      'Storage backend "store" of plugin "faulty"',
      FILE,
      "did not open",
      "to return an object",
      "received undefined",
    ],
  },
  "a backend without its methods": {
    text: initialize(`await context.registerStorageBackend("store", () => ({ get() {}, scan: 1 }));`),
    says: [
      'Storage backend "store" of plugin "faulty"',
      FILE,
      "did not open",
      'method "put" is missing',
      'method "purge" is missing',
      '"scan" is no function',
    ],
  },
};

/** Mistakes of the configuration that show only once the plugin has registered its backends. */
const CHOICES: Readonly<Record<string, Mistake & { readonly backend?: string }>> = {
  "no backend at all": {
    text: initialize(""),
    says: [FILE, "expected a storage backend", "it has registered none"],
  },
  "several backends and none named": {
    text: initialize(STORE + STORE.replace("store", "other")),
    says: [
      FILE,
      'expected "backend" to name one of its storage backends',
      'it has registered "store", "other"',
    ],
  },
  "a backend that is not there": {
    text: {},
    backend: "absent",
    says: [FILE, 'expected storage backend "absent"', 'it has registered "store"'],
  },
};

leavesNothing(test);

const isRefused = test.macro({
  title: (_given, mistake: string) => `open() refuses a required plugin with ${mistake}, and says so`,
  async exec(t: ExecutionContext, mistake: string) {
    const { text, says } = MISTAKES[mistake]!;
    const plugin = new TemporaryPlugin(text);
    t.teardown(() => plugin.remove());
    const threads = threadCount();
    const error = await t.throwsAsync(Stage.open({ module: plugin.url, startup: "required" }), {
      instanceOf: PluginLoadError,
      code: "STOCKPILE_PLUGIN_LOAD",
    });
    t.log(error.message);
    t.is(error.pluginName, "faulty");
    t.true(error.message.includes('"faulty"'), error.message);
    assertSays(t, error.message, plugin, says);
    await until("threads to be gone", () => threadCount() <= threads, 1000);
  },
});

const isChosenWrong = test.macro({
  title: (_given, mistake: string) =>
    `open() refuses a storage with ${mistake} as a mistake of the configuration`,
  async exec(t: ExecutionContext, mistake: string) {
    const { text, says, backend } = CHOICES[mistake]!;
    const plugin = new TemporaryPlugin(text);
    t.teardown(() => plugin.remove());
    const storage = { plugin: "chosen", ...(backend === undefined ? {} : { backend }) };
    const config = { plugins: { chosen: { module: plugin.url } }, storage };
    const error = await t.throwsAsync(Stockpile.open(config), { instanceOf: ConfigError });
    t.log(error.message);
    t.is(error.issues[0]?.path, "storage");
    assertSays(t, error.message, plugin, ['plugin "chosen"', ...says]);
  },
});

for (const mistake of Object.keys(MISTAKES)) test.serial(isRefused, mistake);
for (const mistake of Object.keys(CHOICES)) test.serial(isChosenWrong, mistake);

test.serial(
  "an optional plugin that is wrong leaves open() and the other plugins be, and health says why",
  async (t) => {
    const plugin = new TemporaryPlugin({ metadata: "" });
    t.teardown(() => plugin.remove());
    const stage = await Stage.open({ module: plugin.url });
    t.teardown(() => stage.close());
    const { lastFailure } = stage.plugin();
    t.is(lastFailure?.kind, "load");
    t.true(lastFailure?.message.includes(plugin.file), lastFailure?.message);
    t.is(await stage.lenient.get("key"), "loaded key");
    await stage.steady.set("key", "value");
    t.is(await stage.steady.get("key"), "value");
    t.is(stage.stockpile.health().status, "degraded");
  },
);

test.serial("a version that is not semantic is a warning", async (t) => {
  const plugin = new TemporaryPlugin({ metadata: `export const metadata = { name: "N", version: "one" };` });
  t.teardown(() => plugin.remove());
  const stage = await Stage.open({ module: plugin.url, startup: "required" });
  t.teardown(() => stage.close());
  t.true(
    stage.lines.some(
      ({ level, msg, plugin: name }) => level === 40 && name === "faulty" && /"one"/.test(msg!),
    ),
  );
});

function assertSays(
  t: ExecutionContext,
  message: string,
  plugin: TemporaryPlugin,
  says: readonly string[],
): void {
  let from = 0;
  for (const part of says) {
    const text = part === FILE ? plugin.file : part;
    const at = message.indexOf(text, part === FILE ? 0 : from);
    t.true(at >= 0, `expected ${JSON.stringify(text)} in: ${message}`);
    if (part !== FILE) from = at + text.length;
  }
}
