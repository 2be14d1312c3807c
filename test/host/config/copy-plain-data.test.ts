import test from "ava";
import * as fc from "fast-check";
import { copyPlainData } from "../../../src/host/config/copy-plain-data.js";
import { formatPath } from "../../../src/host/config/format-path.js";
import { MAX_DEPTH } from "../../../src/host/config/json-value.js";

function issuesOf(value: unknown): string[] {
  return copyPlainData(value).issues.map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

test("copyPlainData() copies JSON data and shares nothing with it", (t) => {
  const value = { a: [1, "b", true, null, { c: {} }] };
  const { data, issues } = copyPlainData(value);
  t.deepEqual(data, value);
  t.deepEqual(issues, []);
  t.not(data, value);
});

test("copyPlainData() leaves out properties that are undefined", (t) => {
  const { data, issues } = copyPlainData({ a: undefined, b: 1 });
  t.deepEqual(data, { b: 1 });
  t.deepEqual(issues, []);
});

test("copyPlainData() takes objects without a prototype and of other realms", (t) => {
  const bare: unknown = Object.setPrototypeOf({ a: 1 }, null);
  t.deepEqual(copyPlainData({ bare }), { data: { bare: { a: 1 } }, issues: [] });
});

test("copyPlainData() reports everything that is not JSON data, each at its place", (t) => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  const value = {
    f: () => 5,
    s: Symbol("s"),
    n: 5n,
    d: new Date(0),
    list: [undefined, Number.NaN],
    cycle,
    get g(): number {
      throw new Error("must not be called");
    },
  };
  t.deepEqual(issuesOf(value), [
    "f: expected JSON data: received a function",
    "s: expected JSON data: received a symbol",
    "n: expected JSON data: received 5n",
    "d: expected JSON data: received an instance of Date",
    "list[0]: expected JSON data: received nothing",
    "list[1]: expected a finite number: received NaN",
    "cycle.self: expected JSON data: received a cycle",
    "g: expected JSON data: received an accessor",
  ]);
});

test("copyPlainData() refuses keys that reach a prototype", (t) => {
  const value: unknown = JSON.parse(
    '{"a": {"__proto__": {"x": 1}, "constructor": {"prototype": 1}, "prototype": 2}}',
  );
  t.deepEqual(issuesOf(value), [
    "a.__proto__: key is not allowed: it reaches the prototype of all objects",
    "a.constructor: key is not allowed: it reaches the prototype of all objects",
    "a.prototype: key is not allowed: it reaches the prototype of all objects",
  ]);
  t.deepEqual(copyPlainData(value).data, { a: {} });
});

test("copyPlainData() takes an object that is referred to twice, for that is no cycle", (t) => {
  const shared = { x: 1 };
  t.deepEqual(copyPlainData({ a: shared, b: shared }), { data: { a: { x: 1 }, b: { x: 1 } }, issues: [] });
});

test("copyPlainData() is bounded in depth", (t) => {
  const nest = (levels: number): unknown => (levels === 0 ? 1 : [nest(levels - 1)]);
  t.deepEqual(issuesOf(nest(MAX_DEPTH)), []);
  t.regex(
    issuesOf(nest(MAX_DEPTH + 1)).join("\n"),
    /^(\[0\])+: expected at most 32 levels of nesting: received more$/,
  );
});

test("copyPlainData() is bounded in values, also where few objects stand for many", (t) => {
  let value: unknown = 1;
  for (let level = 0; level < MAX_DEPTH; level++) value = { a: value, b: value };
  const messages = copyPlainData(value).issues.map(({ message }) => message);
  t.deepEqual(messages, ["expected at most 100000 values: received more"]);
});

test("copyPlainData() copies any JSON value without touching the prototype of objects", (t) => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const value: unknown = JSON.parse(text);
      const { data, issues } = copyPlainData(value);
      if (issues.length === 0) t.is(JSON.stringify(data), JSON.stringify(value));
      t.deepEqual(Object.keys(Object.prototype), []);
    }),
  );
});
