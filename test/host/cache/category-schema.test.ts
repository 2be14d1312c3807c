/** A Standard Schema checks what is set, loaded and read, and what it makes of a value is the value. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import test from "ava";
import * as valibot from "valibot";
import { z } from "zod";
import { isStockpileError, LoadError } from "../../../src/contract/errors.js";
import { resolveCodec } from "../../../src/host/cache/resolve-codec.js";
import { openCategory } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };

interface Player {
  readonly name: string;
  readonly level: number;
}

const SCHEMAS: readonly (readonly [string, StandardSchemaV1<unknown, Player>])[] = [
  ["zod", z.object({ name: z.string(), level: z.number().default(1) })],
  ["valibot", valibot.object({ name: valibot.string(), level: valibot.optional(valibot.number(), 1) })],
];

for (const [library, schema] of SCHEMAS) {
  test(`${library}: what fits passes from every source, as the schema makes it`, async (t) => {
    const player = { name: "Alex", level: 1 };
    // Without a level, which the schema adds.
    const given = { name: "Alex" } as Player;
    for (const near of [NEAR, false] as const) {
      const { category, backend } = openCategory<Player>(t, { schema, near });
      const slow = backend.hold("put");
      const set = category.set("a", given);
      t.deepEqual(await category.get("a"), player);
      slow.release();
      await set;
      t.deepEqual(await category.get("a"), player);
      t.deepEqual(await category.get("b", { load: () => given }), player);
      t.deepEqual(await category.get("b"), player);
      const other = openCategory<Player>(t, { schema, near, backend });
      t.deepEqual(await other.category.get("a"), player);
      t.deepEqual(await other.category.get("a"), player);
    }
  });

  test(`${library}: set() and setMany() reject what does not fit, with where and why, and store nothing`, async (t) => {
    const { category, backend } = openCategory<Player>(t, { schema, near: NEAR });
    const wrong = { name: 1, level: 1 } as never;
    for (const call of [
      category.set("a", wrong),
      category.setMany([
        ["b", { name: "b", level: 1 }],
        ["a", wrong],
      ]),
    ]) {
      const error = await t.throwsAsync(call, {
        message: /"a" of category player.*does not fit the schema: name: /,
      });
      t.true(isStockpileError(error) && error.code === "STOCKPILE_VALUE_INVALID");
    }
    t.deepEqual(backend.calls, []);
    t.is(category.peek("b"), undefined);
  });

  test(`${library}: a loaded value that does not fit rejects, and is not stored`, async (t) => {
    for (const near of [NEAR, false] as const) {
      const { category, backend, clock } = openCategory<Player>(t, { schema, near });
      const error = await t.throwsAsync(category.get("a", { load: () => ({}) as Player }));
      t.true(isStockpileError(error) && error.code === "STOCKPILE_VALUE_INVALID");
      await clock.settle();
      t.is(backend.entries.size, 0);
      t.is(category.peek("a"), undefined);
      t.like(category.health().loads, { succeeded: 0, failed: 1 });
      const [found] = await category.lookupMany(["a"], { load: () => ({}) as Player });
      t.true(isStockpileError(found?.failures[0]));
    }
  });

  test(`${library}: a stored value that no longer fits is a miss, counted once, and loaded anew`, async (t) => {
    const { category, backend, reported } = openCategory<Player>(t, { schema, near: NEAR, graceMs: 5000 });
    const older = openCategory<unknown>(t, { backend });
    await older.category.setMany([
      ["a", { name: 1 }],
      ["b", { title: "x" }],
    ]);
    t.like(await category.lookup("a"), { value: undefined, source: "none" });
    t.is(category.health().undecodable, 1);
    t.false(await category.has("b"));
    t.deepEqual(
      reported.map(({ operation, key }) => [operation, key]),
      [
        ["decode", "a"],
        ["decode", "b"],
      ],
    );
    t.deepEqual(await category.get("a", { load: () => ({ name: "Alex", level: 2 }) }), {
      name: "Alex",
      level: 2,
    });
    t.deepEqual(category.peek("a"), { name: "Alex", level: 2 });
  });
}

test("a value that does not fit is not answered as stale, nor given to a loader as previous", async (t) => {
  const schema = z.object({ name: z.string() });
  const { category, backend, clock } = openCategory(t, { schema, graceMs: 5000 });
  const older = openCategory<unknown>(t, { backend, clock, graceMs: 5000 });
  await older.category.set("a", { name: 1 });
  await clock.advance(10_000);
  let previous: unknown = "none yet";
  const load = (_key: string, context: { previous: unknown }): never => {
    ({ previous } = context);
    throw new Error("no source");
  };
  await t.throwsAsync(category.get("a", { load }), { instanceOf: LoadError });
  t.is(previous, undefined);
});

test("a load ahead that brings what does not fit leaves the value that is still fresh", async (t) => {
  const schema = z.number();
  for (const near of [NEAR, { ...NEAR, values: "clone" as const }, false] as const) {
    const { category, clock, reported } = openCategory<number>(t, {
      schema,
      near,
      refreshAheadMs: 4000,
      load: () => "text" as never,
    });
    await category.set("a", 1);
    await clock.advance(9000);
    t.is(await category.get("a"), 1);
    await clock.settle();
    t.is(await category.get("a"), 1, `near ${near === false ? "off" : "on"}`);
    t.like(reported[0], { operation: "refresh" });
  }
});

test("a load whose caller has left stores nothing that does not fit", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { schema: z.number() });
  let finish: (value: number) => void = () => {};
  const controller = new AbortController();
  const get = category.get("a", {
    load: () => new Promise((resolve) => (finish = resolve)),
    signal: controller.signal,
  });
  await clock.settle();
  controller.abort(new Error("gone"));
  await t.throwsAsync(get);
  finish("text" as never);
  await clock.settle();
  t.is(backend.entries.size, 0);
});

for (const [library, schema] of [
  ["zod", z.string().refine(() => Promise.resolve(true))],
  [
    "valibot",
    valibot.pipeAsync(
      valibot.string(),
      valibot.checkAsync(() => Promise.resolve(true)),
    ),
  ],
  ["another's promise", thenable()],
] as readonly (readonly [string, StandardSchemaV1<unknown, string>])[]) {
  test(`a schema that validates asynchronously is refused with a clear error (${library})`, async (t) => {
    const { category, backend } = openCategory<string>(t, { schema });
    const message = /expected a schema that validates synchronously/;
    await t.throwsAsync(category.set("a", "text"), { message });
    await t.throwsAsync(category.get("a", { load: () => "text" }), { message });
    t.is(backend.entries.size, 0);
  });
}

/** A schema whose promise is not of this realm. */
function thenable(): StandardSchemaV1<unknown, string> {
  const validate = (): never =>
    // oxlint-disable-next-line unicorn/no-thenable -- That is what a promise of another library is.
    ({ then: (resolve: (result: unknown) => void) => resolve({ value: "text" }) }) as never;
  return { "~standard": { version: 1, vendor: "test", validate } };
}

test("a schema that throws counts as one the value does not fit", async (t) => {
  const validate = (): never => {
    throw new RangeError("broken schema");
  };
  const schema: StandardSchemaV1<unknown, string> = { "~standard": { version: 1, vendor: "test", validate } };
  const { category, backend } = openCategory<string>(t, { schema });
  await t.throwsAsync(category.set("a", "text"), { message: /broken schema/ });
  await openCategory<string>(t, { backend }).category.set("a", "text");
  t.is(await category.get("a"), undefined);
});

interface Event {
  readonly at: Date;
  readonly tags: Set<string>;
  readonly bytes: Uint8Array;
}

const eventSchema: StandardSchemaV1<unknown, Event> = z.object({
  at: z.coerce.date(),
  tags: z.union([z.array(z.string()), z.set(z.string())]).transform((tags) => new Set(tags)),
  bytes: z.string().transform((text) => new Uint8Array(Buffer.from(text, "base64"))),
});

for (const values of ["freeze", "clone"] as const) {
  test(`${values}: what a schema makes of JSON, a Date, a Set and bytes too, is the same from every source and each get's own`, async (t) => {
    const near = { ...NEAR, values };
    const { category, backend, clock } = openCategory<Event>(t, { schema: eventSchema, near, graceMs: 5000 });
    const stored = { at: new Date(0), tags: ["x"], bytes: "AQI=" } as never;
    const expected: Event = { at: new Date(0), tags: new Set(["x"]), bytes: new Uint8Array([1, 2]) };
    const change = (event: Event | undefined): void => {
      t.deepEqual(event, expected);
      event?.at.setTime(1);
      event?.tags.add("y");
      event?.bytes.fill(9);
    };
    await category.set("a", stored);
    change(await category.get("a"));
    change(category.peek("a"));
    change(await category.get("b", { load: () => stored }));
    change(await category.get("b"));
    const other = openCategory<Event>(t, { schema: eventSchema, near, backend, clock });
    change(await other.category.get("a"));
    change(await other.category.get("a"));
    change((await category.getMany(["a", "b"]))[1]);
    change(await category.get("b"));
  });
}

test("what a schema makes of bytes of an own codec is each get's own", async (t) => {
  const codec = { ...resolveCodec<string>("json"), name: "own" };
  const schema = z.object({ list: z.array(z.number()) });
  const { category } = openCategory<{ list: number[] }>(t, { codec: codec as never, schema, near: NEAR });
  await category.set("a", { list: [1] });
  (await category.get("a"))?.list.push(2);
  t.deepEqual(await category.get("a"), { list: [1] });
});

test("frozen values under a schema are validated once, not by each get", async (t) => {
  let validated = 0;
  const schema = z.number().refine(() => (validated += 1) > 0);
  const { category } = openCategory<number>(t, { schema, near: NEAR });
  await category.set("a", 1);
  for (let count = 0; count < 10; count += 1) await category.get("a");
  t.is(validated, 1);
});
