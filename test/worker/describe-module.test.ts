import test from "ava";
import { describeModule } from "../../src/worker/describe-module.js";

test("describeModule() answers names, kinds and a clone of the metadata", (t) => {
  const metadata = { name: "Redis", authors: ["Jane"] };
  const description = describeModule({ metadata, initializePlugin: () => {}, default: 1 });
  t.deepEqual(description, {
    exports: ["metadata", "initializePlugin", "default"],
    types: { metadata: "object", initializePlugin: "function" },
    metadata,
  });
  t.not(description.metadata, metadata);
});

for (const [value, kind] of [
  [undefined, "undefined"],
  [null, "null"],
  [[], "array"],
  ["text", "string"],
] as const) {
  test(`describeModule() calls ${JSON.stringify(value) ?? "nothing"} ${kind}`, (t) => {
    t.deepEqual(describeModule({ metadata: value, initializePlugin: value }).types, {
      metadata: kind,
      initializePlugin: kind,
    });
  });
}

for (const [what, metadata] of Object.entries({
  "a function in it": { name: "Redis", extra: () => {} },
  "a symbol in it": { name: Symbol("Redis") },
  "a getter that throws": Object.defineProperty({}, "name", {
    enumerable: true,
    get() {
      throw new Error("getter");
    },
  }),
})) {
  test(`describeModule() leaves out metadata with ${what}`, (t) => {
    const description = describeModule({ metadata, initializePlugin: () => {} });
    t.false("metadata" in description);
    t.is(description.types.metadata, "object");
    t.notThrows(() => structuredClone(description));
  });
}

test("describeModule() takes what a getter of the metadata answers, not the getter", (t) => {
  const metadata = {
    name: "Redis",
    get version() {
      return "1.0.0";
    },
  };
  const described = describeModule({ metadata, initializePlugin: 1 }).metadata;
  t.deepEqual(Object.getOwnPropertyDescriptor(described, "version")?.value, "1.0.0");
});

test("describeModule() lists at most 64 exports", (t) => {
  const module = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`export${index}`, index]));
  t.is(describeModule(module).exports.length, 64);
});
