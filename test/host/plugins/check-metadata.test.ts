import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { PluginLoadError } from "../../../src/contract/errors.js";
import { checkModule } from "../../../src/host/plugins/check-metadata.js";
import { describeModule } from "../../../src/worker/describe-module.js";

const PLUGIN = { name: "redis", file: "/plugins/redis.mjs" };
const initializePlugin = (): void => {};
const METADATA = { name: "Redis", version: "1.2.3" };

test("checkModule() answers the metadata, all of it", (t) => {
  const metadata = {
    ...METADATA,
    authors: ["Jane Doe"],
    website: "https://www.example.org/my-plugin",
    native: true,
  };
  const checked = checkModule(describeModule({ metadata, initializePlugin, more: 1 }), PLUGIN);
  t.deepEqual(checked, { metadata, warnings: [] });
});

test("checkModule() leaves out optional fields that are absent", (t) => {
  const { metadata } = checkModule(describeModule({ metadata: METADATA, initializePlugin }), PLUGIN);
  t.deepEqual(Object.keys(metadata), ["name", "version"]);
});

test("checkModule() warns of a version that is no semantic one", (t) => {
  const { warnings } = checkModule(
    describeModule({ metadata: { ...METADATA, version: "summer" }, initializePlugin }),
    PLUGIN,
  );
  t.deepEqual(warnings, ['Its version "summer" is no semantic version (https://semver.org)']);
});

const withMetadata = (fields: object): object => ({ metadata: { ...METADATA, ...fields }, initializePlugin });

for (const [what, module, expected, found] of [
  ["exports nothing", {}, 'an export "metadata"', "no exports at all"],
  ["has a default export only", { default: 1 }, 'an export "metadata"', 'exports "default"'],
  ["has no initializePlugin", { metadata: METADATA }, 'an export "initializePlugin"', 'exports "metadata"'],
  [
    "has an initializePlugin that is no function",
    { metadata: METADATA, initializePlugin: {} },
    '"initializePlugin" to be a function',
    "object",
  ],
  ["has null as metadata", { metadata: null, initializePlugin }, '"metadata" to be an object', "null"],
  ["has an array as metadata", { metadata: [], initializePlugin }, '"metadata" to be an object', "array"],
  [
    "has a function as metadata",
    { metadata: () => {}, initializePlugin },
    '"metadata" to be an object',
    "function",
  ],
  [
    "has metadata with a function in it",
    withMetadata({ extra: () => {} }),
    '"metadata" to be plain data',
    "something that cannot be cloned",
  ],
] as [string, Record<string, unknown>, string, string][]) {
  test(`checkModule() refuses a module that ${what}`, (t) => {
    const error = t.throws(() => checkModule(describeModule(module), PLUGIN), {
      instanceOf: PluginLoadError,
    });
    t.is(
      error.message,
      `Cannot load plugin "redis" from /plugins/redis.mjs: expected ${expected}: found ${found}`,
    );
    t.is(error.pluginName, "redis");
  });
}

for (const [path, fields] of [
  ["metadata.name", { name: undefined }],
  ["metadata.name", { name: "" }],
  ["metadata.name", { name: "n".repeat(129) }],
  ["metadata.version", { version: 1 }],
  ["metadata.version", { version: "v".repeat(65) }],
  ["metadata.authors", { authors: "Jane Doe" }],
  ["metadata.authors", { authors: [1] }],
  ["metadata.authors", { authors: Array.from({ length: 65 }, () => "a") }],
  ["metadata.authors", { authors: Object.assign([], { length: 2 ** 32 - 1 }) }],
  ["metadata.website", { website: "ftp://example.org" }],
  ["metadata.website", { website: "example.org" }],
  ["metadata.website", { website: `https://example.org/${"x".repeat(2048)}` }],
  ["metadata.native", { native: "yes" }],
] as [string, object][]) {
  test(`checkModule() names ${path} where metadata has ${JSON.stringify(fields, shortened)}`, (t) => {
    const module = withMetadata(fields) as Record<string, unknown>;
    const error = t.throws(() => checkModule(describeModule(module), PLUGIN), {
      instanceOf: PluginLoadError,
    });
    t.regex(error.message, new RegExp(`expected "${path}" to be [^:]+: found .`));
  });
}

test("checkModule() names a field of metadata that there is not, and those there are", (t) => {
  const module = withMetadata({ license: "MIT" }) as Record<string, unknown>;
  t.throws(() => checkModule(describeModule(module), PLUGIN), {
    message:
      /expected "metadata" to have no other fields than name, version, authors, website, native: found "license"$/,
  });
});

test("checkModule() bounds what it shows of a module", (t) => {
  const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`field${index}`, 1]));
  const module = withMetadata(fields) as Record<string, unknown>;
  const error = t.throws(() => checkModule(describeModule(module), PLUGIN));
  t.true(error.message.length < 1200);
});

test("checkModule() refuses a description that lists more exports than there are, before it walks through them", (t) => {
  const exports = Object.assign([], { length: 2 ** 32 - 1 });
  const types = { metadata: "object", initializePlugin: "function" };
  t.throws(() => checkModule({ exports, types, metadata: METADATA }, PLUGIN), {
    message: /expected a description of the module: found something else$/,
  });
});

testProp(
  "checkModule() answers or throws a PluginLoadError, whatever the far side describes",
  [
    fc.oneof(
      fc.anything(),
      fc.record({
        exports: fc.oneof(fc.array(fc.string()), fc.anything()),
        metadata: fc.oneof(fc.record({ name: fc.string(), version: fc.string() }), fc.anything()),
        types: fc.oneof(fc.constant({ metadata: "object", initializePlugin: "function" }), fc.anything()),
      }),
    ),
  ],
  (t, description) => {
    try {
      const { metadata, warnings } = checkModule(description, PLUGIN);
      t.is(typeof metadata.name, "string");
      t.true(Array.isArray(warnings));
    } catch (error) {
      t.true(error instanceof PluginLoadError);
    }
  },
);

/** A list or a text of some length, for a title. */
function shortened(_key: string, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 3) return `${value.length} items`;
  return typeof value === "string" && value.length > 40 ? `${value.length} characters` : (value ?? "nothing");
}
