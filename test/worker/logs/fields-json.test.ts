import vm from "node:vm";
import test from "ava";
import * as fc from "fast-check";
import { fieldsToJson, MAX_FIELDS_CHARACTERS } from "../../../src/worker/logs/fields-json.js";

/** What the far side reads. */
function roundTrip(fields: unknown): unknown {
  return JSON.parse(`{${fieldsToJson(fields)}}`);
}

test("fieldsToJson() writes plain data as JSON does", (t) => {
  const fields = {
    text: 'a "b" \n \u0000 \ud800',
    number: 1.5,
    yes: true,
    nothing: null,
    list: [1, [2]],
    nested: { a: {} },
  };
  t.deepEqual(roundTrip(fields), JSON.parse(JSON.stringify(fields)));
});

test("fieldsToJson() writes any JSON value of modest size as JSON does", (t) => {
  const value = fc.jsonValue({ maxDepth: 4, depthSize: "small" });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value, { maxKeys: 5 }), (fields) => {
      t.deepEqual(roundTrip(fields), JSON.parse(JSON.stringify(fields)));
    }),
  );
});

test("fieldsToJson() leaves out what JSON leaves out", (t) => {
  t.is(fieldsToJson({ a: undefined, b: () => 1, c: Symbol("c"), d: 1 }), '"d":1');
  t.deepEqual(roundTrip({ list: [undefined, () => 1, 1] }), { list: [null, null, 1] });
  t.is(fieldsToJson({}), "");
  t.is(fieldsToJson(undefined), "");
});

test("fieldsToJson() shows what JSON cannot", (t) => {
  t.deepEqual(roundTrip({ a: 2n ** 64n, b: 10n ** 5000n, c: NaN, d: -Infinity }), {
    a: "18446744073709551616",
    b: "[BigInt]",
    c: "NaN",
    d: "-Infinity",
  });
  t.deepEqual(roundTrip({ map: new Map([["a", 1]]), set: new Set([1, "b"]), boxed: Object("text") }), {
    map: [["a", 1]],
    set: [1, "b"],
    boxed: "text",
  });
});

test("fieldsToJson() shows bytes by their length only", (t) => {
  const fields = {
    buffer: Buffer.from("secret"),
    array: new Uint16Array(4),
    view: new DataView(new ArrayBuffer(3)),
    memory: new ArrayBuffer(5),
    shared: new SharedArrayBuffer(6),
  };
  t.deepEqual(roundTrip(fields), {
    buffer: "[Buffer 6 bytes]",
    array: "[Uint16Array 8 bytes]",
    view: "[DataView 3 bytes]",
    memory: "[ArrayBuffer 5 bytes]",
    shared: "[SharedArrayBuffer 6 bytes]",
  });
});

test("fieldsToJson() describes an error with its type, code and causes, at any depth", (t) => {
  const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  const error = new RangeError("too far", { cause });
  t.deepEqual(roundTrip({ err: error, deep: { list: [cause] } }), {
    err: {
      type: "RangeError",
      message: "too far",
      stack: error.stack,
      cause: { type: "Error", message: "refused", stack: cause.stack, code: "ECONNREFUSED" },
    },
    deep: { list: [{ type: "Error", message: "refused", stack: cause.stack, code: "ECONNREFUSED" }] },
  });
});

test("fieldsToJson() names an error by its name, or by its class where it has none of its own", (t) => {
  class RedisTimeout extends Error {}
  const named = Object.assign(new RedisTimeout("a"), { name: "TimeoutError" });
  const foreign: unknown = vm.runInNewContext('new TypeError("foreign")');
  t.like(roundTrip({ a: new RedisTimeout("a"), b: named, c: foreign }), {
    a: { type: "RedisTimeout" },
    b: { type: "TimeoutError" },
    c: { type: "TypeError" },
  });
});

test("fieldsToJson() shows the errors within an AggregateError, which often has no message", (t) => {
  t.like(roundTrip({ err: new AggregateError([new Error("v4"), new Error("v6")]) }), {
    err: { type: "AggregateError", message: "", errors: [{ message: "v4" }, { message: "v6" }] },
  });
});

test("fieldsToJson() asks toJSON() as JSON does, once", (t) => {
  const copies = { a: 1, toJSON: (): object => ({ ...copies, b: 2 }) };
  const self = { a: 1, toJSON: (): object => self };
  const fields = {
    date: new Date(0),
    url: new URL("http://a/b"),
    text: { toJSON: () => "text" },
    copies,
    self,
  };
  t.deepEqual(roundTrip(fields), {
    date: "1970-01-01T00:00:00.000Z",
    url: "http://a/b",
    text: "text",
    copies: { a: 1, b: 2 },
    self: { a: 1 },
  });
  t.is(fieldsToJson({ gone: { toJSON: () => undefined } }), "");
});

test("fieldsToJson() makes a field `value` of what has no members of its own", (t) => {
  t.is(fieldsToJson([1, 2]), '"value":[1,2]');
  t.is(fieldsToJson(Buffer.from("abc")), '"value":"[Buffer 3 bytes]"');
  t.is(fieldsToJson(new Date(0)), '"value":"1970-01-01T00:00:00.000Z"');
});

test("fieldsToJson() marks cycles, and not what merely occurs twice", (t) => {
  const shared = { s: 1 };
  const fields: Record<string, unknown> = { a: shared, b: shared };
  fields["self"] = fields;
  fields["list"] = [fields];
  const error = new Error("e");
  error.cause = error;
  error.stack = "stack";
  fields["err"] = error;
  t.deepEqual(roundTrip(fields), {
    a: { s: 1 },
    b: { s: 1 },
    self: "[Circular]",
    list: ["[Circular]"],
    err: { type: "Error", message: "e", stack: "stack", cause: "[Circular]" },
  });
});

test("fieldsToJson() keeps what can be read of a hostile object", (t) => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const unlistable = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error("no keys");
      },
    },
  );
  const fields = {
    get broken(): unknown {
      throw new Error("no value");
    },
    jsonless: {
      toJSON: () => {
        throw new Error("no JSON");
      },
    },
    revoked: proxy,
    unlistable,
    fine: 1,
  };
  t.deepEqual(roundTrip(fields), {
    broken: "[Getter threw]",
    jsonless: "[Unreadable]",
    revoked: "[Unreadable]",
    unlistable: "[Unreadable]",
    fine: 1,
  });
});

test("fieldsToJson() cuts what is deep", (t) => {
  let deep: unknown = "end";
  for (let depth = 0; depth < 10_000; depth += 1) deep = { d: deep };
  t.deepEqual(roundTrip(deep), { d: { d: { d: { d: { d: { d: "[Object]" } } } } } });
});

test("fieldsToJson() cuts what is broad and says by how much", (t) => {
  const list = Array.from({ length: 250 }, (_value, index) => index);
  const object = Object.fromEntries(list.map((index) => [`k${index}`, index]));
  const first = list.slice(0, 100);
  t.deepEqual(roundTrip({ list, object, set: new Set(list) }), {
    list: [...first, "… 150 more"],
    object: { ...Object.fromEntries(first.map((index) => [`k${index}`, index])), "…": "150 more" },
    set: [...first, "… 150 more"],
  });
});

test("fieldsToJson() cuts what is long and keeps the rest", (t) => {
  t.deepEqual(roundTrip({ long: "x".repeat(1_000_000), ["k".repeat(1000)]: 1, after: "here" }), {
    long: `${"x".repeat(8167)}… 991833 more characters`,
    [`${"k".repeat(234)}… 766 more characters`]: 1,
    after: "here",
  });
});

test("fieldsToJson() keeps to its bound whatever the shape, and takes no long time", (t) => {
  const branch = (depth: number): unknown =>
    depth === 0 ? "" : Array.from({ length: 50 }, () => branch(depth - 1));
  let shared: unknown = [];
  for (let depth = 0; depth < 6; depth += 1) shared = Array.from({ length: 100 }, () => shared);
  const shapes: unknown[] = [
    { escapes: "\u0001".repeat(100_000), more: "\u0001".repeat(100_000) },
    Object.fromEntries(Array.from({ length: 99 }, (_value, index) => [`"${index}`, "\n".repeat(500)])),
    { branch: branch(3) },
    { shared },
    Object.assign([], { length: 4_000_000_000 }),
    Object.fromEntries(Array.from({ length: 50_000 }, (_value, index) => [String(index), () => index])),
    {
      endless: {
        [Symbol.iterator]: function* () {
          for (;;) yield 1;
        },
      },
    },
    { a: { b: { c: { d: { e: Array.from({ length: 400 }, () => "y".repeat(100)) } } } } },
  ];
  for (const shape of shapes) {
    const json = fieldsToJson(shape);
    t.true(json.length <= MAX_FIELDS_CHARACTERS, String(json.length));
    t.notThrows(() => JSON.parse(`{${json}}`));
  }
});

test("fieldsToJson() writes readable JSON within any bound for any value", (t) => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withNullPrototype: true,
    withSparseArray: true,
    withBoxedValues: true,
  });
  fc.assert(
    fc.property(
      anything,
      fc.string({ maxLength: 3000 }),
      fc.integer({ min: 1024, max: 4096 }),
      (value, text, max) => {
        const json = fieldsToJson({ [text]: value, text, value }, max);
        t.true(json.length <= max, String(json.length));
        t.is(typeof JSON.parse(`{${json}}`), "object");
      },
    ),
  );
});
