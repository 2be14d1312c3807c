/** Options of single calls that are wrong. */
import test from "ava";
import { openCategory } from "./open-category.js";

const WRONG_GET: readonly (readonly [unknown, string])[] = [
  [{ foo: 1 }, 'expected no options but load, signal, deadline, fresh: received "foo"'],
  [{ foo: undefined }, 'expected no options but load, signal, deadline, fresh: received "foo"'],
  [{ toString: 1 }, 'expected no options but load, signal, deadline, fresh: received "toString"'],
  ["x", 'expected an object of options: received "x"'],
  [null, "expected an object of options: received null"],
  [[], "expected an object of options: received []"],
  [() => 1, "expected an object of options: received a function"],
  [{ signal: {} }, 'expected "signal" to be an AbortSignal: received {}'],
  [{ signal: null }, 'expected "signal" to be an AbortSignal: received null'],
  [{ load: null }, 'expected "load" to be a function or false: received null'],
  [{ fresh: "no" }, 'expected "fresh" to be true or false: received "no"'],
];
for (const [options, message] of WRONG_GET) {
  for (const operation of ["get", "lookup"] as const) {
    test(`${operation}() refuses options of which it is said: ${message} (${typeof options} ${JSON.stringify(options)})`, async (t) => {
      const { category, backend } = openCategory<unknown>(t, { load: () => t.fail() });
      // A caller without types may pass anything.
      const call: Promise<unknown> = category[operation]("a", options as never);
      await t.throwsAsync(call, { instanceOf: TypeError, message: `Cannot ${operation}: ${message}` });
      t.deepEqual(backend.calls, []);
      t.is(category.health().gets.failed, 0);
    });
  }
}

const WRONG_SET: readonly (readonly [unknown, string])[] = [
  [{ TTL: 1 }, 'expected no options but ttl: received "TTL"'],
  [5000, "expected an object of options: received 5000"],
  [null, "expected an object of options: received null"],
];
for (const [options, message] of WRONG_SET) {
  test(`set() refuses options of which it is said: ${message}`, async (t) => {
    const { category, backend } = openCategory<number>(t);
    // A caller without types may pass anything.
    const call = category.set("a", 1, options as never);
    await t.throwsAsync(call, { instanceOf: TypeError, message: `Cannot set: ${message}` });
    t.deepEqual(backend.calls, []);
  });
}

for (const duration of [0, "0ms", -1]) {
  test(`a call refuses ${JSON.stringify(duration)} for how long something lasts`, async (t) => {
    const { category, backend } = openCategory<unknown>(t, { load: () => t.fail() });
    const calls = [
      category.set("a", 1, { ttl: duration }),
      category.get("a", { deadline: duration }),
      category.lookup("a", { deadline: duration }),
    ];
    for (const call of calls) await t.throwsAsync(call, { instanceOf: RangeError });
    t.deepEqual(backend.calls, []);
  });
}

test("calls take options that are undefined, inherited, or have no prototype", async (t) => {
  const { category } = openCategory<number>(t);
  await category.set("a", 1, { ttl: undefined } as never);
  const unset = { load: undefined, signal: undefined, deadline: undefined, fresh: undefined };
  t.is(await category.get("a", unset as never), 1);
  const inherited: object = Object.create({ fresh: true, load: () => 2, ofNobody: 1 });
  t.is(await category.get("a", inherited), 2);
  t.is(await category.get("b", Object.assign(Object.create(null), { load: () => 3 })), 3);
});
