import { inspect } from "node:util";
import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { fromWireError, isWireError, prefixWireError, toWireError } from "../../src/contract/wire-error.js";
import type { WireError } from "../../src/contract/wire-error.js";

/** What a WireError may hold; see wire-error.ts. */
const MAX_NAME = 128;
const MAX_MESSAGE = 4096;
const MAX_STACK = 16_384;
const MAX_CAUSES = 5;

const text = (maxLength: number): fc.Arbitrary<string> => fc.string({ maxLength: Math.min(maxLength, 200) });

const wireError: fc.Arbitrary<WireError> = fc.letrec<{ error: WireError }>((tie) => ({
  error: fc.record(
    {
      name: text(MAX_NAME),
      message: text(MAX_MESSAGE),
      code: text(MAX_NAME),
      stack: text(MAX_STACK),
      cause: fc.oneof({ maxDepth: MAX_CAUSES - 1 }, fc.constant(undefined as never), tie("error")),
    },
    { requiredKeys: ["name", "message"] },
  ),
})).error;

/** Errors as code throws them: any kind, odd fields, causes of any kind. */
const thrownError = fc
  .record({
    base: fc.constantFrom(Error, TypeError, RangeError, SyntaxError),
    message: fc.string(),
    fields: fc.dictionary(fc.constantFrom("name", "code", "stack", "cause", "message"), fc.anything()),
  })
  .map(({ base: Base, message, fields }) => Object.assign(new Base(message), fields));

/** Fields of an error that throw when they are read. */
const trappedFields = fc.subarray(["name", "message", "code", "stack", "cause", "toString", "constructor"], {
  minLength: 1,
});

const anythingThrown = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
  thrownError,
  fc.constantFrom<unknown>(Symbol("s"), () => {}, test),
);

testProp(
  "toWireError() turns anything thrown into a WireError that survives a clone",
  [anythingThrown],
  (t, thrown) => {
    const wire = toWireError(thrown);
    t.true(isWireError(wire));
    t.deepEqual(structuredClone(wire), wire);
    t.true(isWireError(toWireError(fromWireError(wire))));
  },
);

testProp(
  "toWireError() turns an error whose getters throw into a WireError",
  [trappedFields],
  (t, fields) => {
    const error = new Error("trapped");
    // V8 formats a stack when it is first touched, and would ask the getters below then.
    t.is(typeof error.stack, "string");
    for (const field of fields) {
      Object.defineProperty(error, field, {
        get() {
          throw new Error(`getter of ${field}`);
        },
      });
    }
    t.true(isWireError(toWireError(error)));
    t.true(isWireError(toWireError({ message: "outer", cause: error })));
  },
);

testProp("fromWireError() and toWireError() keep every field of a WireError", [wireError], (t, wire) => {
  t.deepEqual(toWireError(fromWireError(wire)), withStacks(wire));
});

test("toWireError() keeps name, code, message, stack and causes of an error", (t) => {
  const cause = Object.assign(new RangeError("too far"), { code: 42 });
  const error = Object.assign(new TypeError("wrong", { cause }), { code: "ERR_WRONG" });
  const wire = toWireError(error);
  t.like(wire, {
    name: "TypeError",
    message: "wrong",
    code: "ERR_WRONG",
    stack: error.stack,
    cause: { name: "RangeError", message: "too far", code: "42", stack: cause.stack },
  });
  const back = fromWireError(wire);
  t.true(back instanceof Error);
  t.is(String(back), "TypeError: wrong");
  t.is((back as { code?: unknown }).code, "ERR_WRONG");
  t.is(String(back.cause), "RangeError: too far");
});

for (const [thrown, message] of [
  [null, "Non-error thrown: null"],
  [undefined, "Non-error thrown: undefined"],
  ["text", "Non-error thrown: text"],
  [7n, "Non-error thrown: 7"],
  [Symbol("s"), "Non-error thrown: Symbol(s)"],
  [{}, "Object thrown without a message"],
  [{ message: 5 }, "Object thrown without a message"],
  [{ message: "plain" }, "plain"],
] as const) {
  test(`toWireError() says "${message}" of ${inspect(thrown)}`, (t) => {
    t.deepEqual(toWireError(thrown), { name: "NonError", message });
  });
}

test("toWireError() answers something when reading the thrown value throws", (t) => {
  const message = "Value thrown that cannot be read";
  t.deepEqual(toWireError(new Proxy({}, throwingTraps())), { name: "NonError", message });
});

test("toWireError() follows at most five causes, also around a cycle", (t) => {
  const error = new Error("again");
  error.cause = error;
  const wire = toWireError(error);
  t.is(causesOf(wire), MAX_CAUSES);
  t.true(isWireError(wire));
});

test("toWireError() cuts what is too long and says so", (t) => {
  const error = Object.assign(new Error("m".repeat(MAX_MESSAGE + 1)), {
    name: "n".repeat(MAX_NAME + 1),
    code: "c".repeat(MAX_NAME + 1),
    stack: "s".repeat(MAX_STACK + 1),
  });
  const wire = toWireError(error);
  t.is(wire.name, `${"n".repeat(MAX_NAME - 1)}…`);
  t.is(wire.code, `${"c".repeat(MAX_NAME - 1)}…`);
  t.is(wire.message, `${"m".repeat(MAX_MESSAGE - 1)}…`);
  t.is(wire.stack, `${"s".repeat(MAX_STACK - 1)}…`);
  const whole = Object.assign(new Error("m".repeat(MAX_MESSAGE)), { stack: "s".repeat(MAX_STACK) });
  t.like(toWireError(whole), { message: whole.message, stack: whole.stack });
});

test("prefixWireError() stays within the bounds of a WireError", (t) => {
  const long = toWireError(new Error("m".repeat(MAX_MESSAGE)));
  const prefixed = prefixWireError(long, "Wrong result of get");
  t.true(isWireError(prefixed));
  t.true(prefixed.message.startsWith("Wrong result of get: mmm"));
  t.like(prefixWireError({ name: "E", message: "m", code: "C" }, "p"), {
    name: "E",
    message: "p: m",
    code: "C",
  });
});

test("fromWireError() shows no stack of the near side", (t) => {
  t.is(fromWireError({ name: "Far", message: "there" }).stack, "Far: there");
  t.is(fromWireError({ name: "Far", message: "there", stack: "at far.js" }).stack, "at far.js");
});

test("fromWireError() gives an error that has no code where there is none", (t) => {
  t.false("code" in fromWireError({ name: "Error", message: "m" }));
  t.false("cause" in fromWireError({ name: "Error", message: "m" }));
});

for (const [what, value] of Object.entries<unknown>({
  null: null,
  "a string": "error",
  "an error without a message": { name: "Error" },
  "an error without a name": { message: "m" },
  "a name that is no string": { name: 1, message: "m" },
  "a name that is too long": { name: "n".repeat(MAX_NAME + 1), message: "m" },
  "a message that is too long": { name: "E", message: "m".repeat(MAX_MESSAGE + 1) },
  "a code that is a number": { name: "E", message: "m", code: 1 },
  "a code that is too long": { name: "E", message: "m", code: "c".repeat(MAX_NAME + 1) },
  "a stack that is null": { name: "E", message: "m", stack: null },
  "a stack that is too long": { name: "E", message: "m", stack: "s".repeat(MAX_STACK + 1) },
  "a cause that is none": { name: "E", message: "m", cause: "c" },
  "too many causes": nested(MAX_CAUSES + 1),
  "a cycle of causes": cycle(),
})) {
  test(`isWireError() refuses ${what}`, (t) => t.false(isWireError(value)));
}

test("isWireError() admits as many causes as toWireError() keeps", (t) => {
  t.true(isWireError(nested(MAX_CAUSES)));
});

testProp("isWireError() answers for any data", [fc.anything()], (t, value) => {
  t.is(typeof isWireError(value), "boolean");
});

function withStacks(wire: WireError): WireError {
  const { name, message, code, stack = `${name}: ${message}`, cause } = wire;
  return {
    name,
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(cause === undefined ? {} : { cause: withStacks(cause) }),
  };
}

function causesOf({ cause }: WireError): number {
  return cause === undefined ? 0 : 1 + causesOf(cause);
}

function nested(causes: number): WireError {
  const error = { name: "E", message: "m" };
  return causes === 0 ? error : { ...error, cause: nested(causes - 1) };
}

function cycle(): object {
  const error: Record<string, unknown> = { name: "E", message: "m" };
  error["cause"] = error;
  return error;
}

function throwingTraps(): ProxyHandler<object> {
  return new Proxy(
    {},
    {
      get: () => () => {
        throw new Error("trap");
      },
    },
  );
}
