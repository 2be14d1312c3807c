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

const withMetadata = (fields: object): Record<string, unknown> => ({
  metadata: { ...METADATA, ...fields },
  initializePlugin,
});

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

const NAME = "a string of 1 to 128 characters";
const VERSION = "a string of 1 to 64 characters";
const AUTHORS = "an array of at most 64 strings of 1 to 256 characters";
const WEBSITE = "an http or https address";

for (const [field, value, expected, found] of [
  ["name", undefined, NAME, "nothing"],
  ["name", "", NAME, '""'],
  ["name", "n".repeat(129), NAME, `"${"n".repeat(64)}"`],
  ["version", 1, VERSION, "number"],
  ["version", "v".repeat(65), VERSION, `"${"v".repeat(64)}"`],
  ["version", null, VERSION, "null"],
  ["authors", "Jane Doe", AUTHORS, '"Jane Doe"'],
  ["authors", [1], AUTHORS, "an array with something else"],
  ["authors", Array.from({ length: 65 }, () => "a"), AUTHORS, "an array of 65"],
  ["authors", Object.assign([], { length: 2 ** 32 - 1 }), AUTHORS, "an array of 4294967295"],
  ["website", "ftp://example.org", WEBSITE, '"ftp://example.org"'],
  ["website", "example.org", WEBSITE, '"example.org"'],
  ["website", `https://example.org/${"x".repeat(2048)}`, WEBSITE, `"https://example.org/${"x".repeat(44)}"`],
  ["native", "yes", "true or false", '"yes"'],
] as [string, unknown, string, string][]) {
  test(`checkModule() says what is wrong with ${field} where it is ${found}`, (t) => {
    const module = withMetadata({ [field]: value });
    t.throws(() => checkModule(describeModule(module), PLUGIN), {
      instanceOf: PluginLoadError,
      message: `Cannot load plugin "redis" from /plugins/redis.mjs: expected "metadata.${field}" to be ${expected}: found ${found}`,
    });
  });
}

test("checkModule() names a field of metadata that it does not know, and those it does", (t) => {
  t.throws(() => checkModule(describeModule(withMetadata({ license: "MIT" })), PLUGIN), {
    message:
      /expected "metadata" to have no other fields than name, version, authors, website, native: found "license"$/,
  });
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
