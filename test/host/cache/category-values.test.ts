/** A value is the same from every source: near cache, waiting write, backend, loader, and after its end as stale. */
import { deserialize, serialize } from "node:v8";
import test, { type ExecutionContext } from "ava";
import type { CategorySettings } from "../../../src/host/cache/category-settings.js";
import type { Codec } from "../../../src/host/cache/codec.js";
import { resolveCodec } from "../../../src/host/cache/resolve-codec.js";
import { openCategory } from "./open-category.js";

const NEAR = { entries: 1000, bytes: 1e8, values: "freeze" as const };

/** Says all that structured cloning can, `undefined` included. */
const structured: Codec<unknown> = {
  name: "structured",
  encode: (value) => serialize(value),
  decode: (bytes) => deserialize(bytes) as unknown,
};

/** What gets answer of `value`, from each source; asserts that it is the source. */
async function fromEverySource(
  t: ExecutionContext,
  key: string,
  value: unknown,
  given: Partial<CategorySettings<unknown>>,
): Promise<unknown[]> {
  const overrides = { graceMs: 10_000, maxValueBytes: 1e7, ...given };
  const found: unknown[] = [];
  const first = openCategory<unknown>(t, { ...overrides, near: false });
  const { backend, clock } = first;
  const put = backend.hold("put");
  const set = first.category.set(key, value);
  const look = async ({ category }: typeof first, source: string, load?: () => unknown): Promise<void> => {
    const lookup = await category.lookup(key, load === undefined ? {} : { load });
    t.is(lookup.source, source as never);
    found.push(lookup.value);
  };
  await look(first, "pending");
  put.release();
  await set;
  await look(first, "backend");
  const second = openCategory<unknown>(t, { ...overrides, near: NEAR, backend, clock });
  await look(second, "backend");
  await look(second, "near");
  found.push(second.category.peek(key));
  found.push((await second.category.getMany([key, key]))[1]);
  const third = openCategory<unknown>(t, { ...overrides, near: NEAR, clock });
  await look(third, "loader", () => value);
  await look(third, "near");
  const shared = { ...NEAR, values: "share" as const };
  const fourth = openCategory<unknown>(t, { ...overrides, near: shared, clock });
  await fourth.category.set(key, value);
  await look(fourth, "near");
  await clock.advance(10_000);
  const fail = (): never => {
    throw new Error("no source");
  };
  await look(second, "near", fail);
  await look(first, "backend", fail);
  let previous: unknown;
  await third.category.refresh(key, { load: (_key, context) => (({ previous } = context), value) });
  found.push(previous);
  return found;
}

function selfHolder(): Map<string, unknown> {
  const holder = new Map<string, unknown>();
  return holder.set("self", holder);
}

class Point {
  readonly x = 1;
}

const JSON_VALUES: readonly (readonly [string, unknown, unknown])[] = [
  ["null", null, null],
  ["false", false, false],
  ["zero", 0, 0],
  ["an empty string", "", ""],
  ["a Date, which is text then", new Date(0), "1970-01-01T00:00:00.000Z"],
  ["a Map, which is an empty object then", new Map([["a", 1]]), {}],
  ["an instance, which is a plain object then", new Point(), { x: 1 }],
  ["an object with undefined, which is left out then", { a: undefined, b: 1 }, { b: 1 }],
  ["minus zero, which is zero then", -0, 0],
  ["text of all planes", "\u0000é漢\u{1f9ff}\u2028", "\u0000é漢\u{1f9ff}\u2028"],
  [
    "an object with an own __proto__",
    JSON.parse('{"__proto__":{"a":1}}'),
    JSON.parse('{"__proto__":{"a":1}}'),
  ],
  ["an object with a toJSON", { toJSON: () => [1, 2] }, [1, 2]],
];
for (const [what, value, expected] of JSON_VALUES) {
  test(`JSON: ${what} is the same from every source`, async (t) => {
    for (const found of await fromEverySource(t, "a", value, { codec: resolveCodec() }))
      t.deepEqual(found, expected);
  });
}

const STRUCTURED_VALUES: readonly (readonly [string, unknown])[] = [
  ["a Date", new Date(0)],
  [
    "a Map",
    new Map<unknown, unknown>([
      ["a", new Date(1)],
      [1, new Set([2])],
    ]),
  ],
  ["bytes", new Uint8Array([1, 2, 3])],
  ["null", null],
  ["undefined within an object", { a: undefined }],
  ["NaN", Number.NaN],
  ["a bigint", 2n ** 70n],
  ["a holder of itself", selfHolder()],
];
for (const [what, value] of STRUCTURED_VALUES) {
  test(`a codec of one's own: ${what} is the same from every source`, async (t) => {
    for (const found of await fromEverySource(t, "a", value, { codec: structured }))
      t.deepEqual(found, value);
  });
}

test("a codec of one's own: undefined can be set, and is a value from the near cache and the backend", async (t) => {
  const { category, backend } = openCategory<unknown>(t, { near: NEAR, codec: structured });
  await category.set("a", undefined);
  t.like(await category.lookup("a"), { value: undefined, source: "near" });
  t.true(await category.has("a"));
  t.false(await category.has("b"));
  const other = openCategory<unknown>(t, { codec: structured, backend });
  t.like(await other.category.lookup("a"), { value: undefined, source: "backend" });
});

test("bytes are the same from every source: a plain Uint8Array, whatever view they came from", async (t) => {
  const whole = Uint8Array.from({ length: 1000 }, (_, index) => index);
  const values = [new Uint8Array(), Buffer.from("text"), whole.subarray(10, 20), new Uint8Array(1e6).fill(7)];
  for (const value of values) {
    const found = await fromEverySource(t, "a", value, { codec: resolveCodec("bytes") });
    for (const bytes of found) {
      t.true(bytes instanceof Uint8Array);
      t.false(bytes instanceof Buffer);
      t.deepEqual(bytes, new Uint8Array(value));
      t.is((bytes as Uint8Array).buffer.byteLength, value.byteLength);
    }
  }
});

const ODD_KEYS: readonly (readonly [string, string])[] = [
  ["__proto__", "__proto__"],
  ["constructor", "constructor"],
  ["a space", " "],
  ["NUL", "\u0000"],
  ["a slash and dots", "../../etc/passwd"],
  ["text of all planes", "é漢\u{1f9ff}"],
  ["1,024 bytes of ASCII", "k".repeat(1024)],
  ["1,024 bytes of four each", "\u{1f9ff}".repeat(256)],
];
for (const [what, key] of ODD_KEYS) {
  test(`a key of ${what} has its value from every source`, async (t) => {
    for (const found of await fromEverySource(t, key, { key }, {})) t.deepEqual(found, { key });
  });
}

test("keys that look alike are not mixed up, one by one or together", async (t) => {
  const keys = [
    "é",
    "e\u0301",
    "É",
    "e",
    "1",
    "01",
    "1.0",
    "__proto__",
    "constructor",
    "toString",
    "a/b",
    "a",
  ];
  for (const near of [NEAR, false] as const) {
    const { category, backend } = openCategory<string>(t, { near });
    backend.abilities.add("getMany");
    await category.setMany(keys.map((key) => [key, `value of ${key}`]));
    for (const key of keys) t.is(await category.get(key), `value of ${key}`);
    t.deepEqual(
      await category.getMany(keys),
      keys.map((key) => `value of ${key}`),
    );
    await category.delete("é");
    t.deepEqual(await category.getMany(["é", "e\u0301"]), [undefined, "value of e\u0301"]);
  }
});
