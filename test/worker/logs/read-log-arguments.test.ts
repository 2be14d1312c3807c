import test from "ava";
import { readLogArguments } from "../../../src/worker/logs/read-log-arguments.js";

test("readLogArguments() takes a message as it is when nothing follows", (t) => {
  t.deepEqual(readLogArguments(["100 %% of %s"]), { message: "100 %% of %s", fields: undefined });
});

test("readLogArguments() fills a message's placeholders", (t) => {
  const { message } = readLogArguments([
    "%s %d %i %f %j %o %O %%",
    "s",
    1.5,
    2.5,
    "3.5",
    { j: 1 },
    [1],
    { o: 1 },
  ]);
  t.is(message, 's 1.5 2 3.5 {"j":1} [ 1, [length]: 1 ] { o: 1 } %');
});

test("readLogArguments() appends what has no placeholder, on one line", (t) => {
  const wide = Object.fromEntries(Array.from({ length: 30 }, (_value, index) => [`key${index}`, { index }]));
  const { message } = readLogArguments(["a", "b", wide]);
  t.true(message.startsWith("a b { key0: { index: 0 }, key1: { index: 1 }"));
  t.false(message.includes("\n"));
});

test("readLogArguments() takes fields first, with or without a message", (t) => {
  const fields = { a: 1 };
  t.deepEqual(readLogArguments([fields, "got %d", 2]), { message: "got 2", fields });
  t.deepEqual(readLogArguments([fields]), { message: "", fields });
  t.deepEqual(readLogArguments([fields, undefined]), { message: "", fields });
});

test("readLogArguments() takes the field `msg` for the message where there is no other", (t) => {
  t.deepEqual(readLogArguments([{ msg: "hello", a: 1 }]), { message: "hello", fields: { a: 1 } });
  const fields = { msg: "hello", a: 1 };
  t.deepEqual(readLogArguments([fields, "other"]), { message: "other", fields });
});

test("readLogArguments() makes an error the field `err`, and its message the line's unless one is given", (t) => {
  const err = new Error("it broke");
  t.deepEqual(readLogArguments([err]), { message: "it broke", fields: { err } });
  t.deepEqual(readLogArguments([err, "while %s", "writing"]), { message: "while writing", fields: { err } });
  t.deepEqual(readLogArguments([{ err, a: 1 }]), { message: "it broke", fields: { err, a: 1 } });
});

test("readLogArguments() ignores a first argument that is nothing", (t) => {
  t.deepEqual(readLogArguments([undefined, "hello %s", "you"]), { message: "hello you", fields: undefined });
  t.deepEqual(readLogArguments([null]), { message: "", fields: undefined });
  t.deepEqual(readLogArguments([]), { message: "", fields: undefined });
});

test("readLogArguments() prints any other first argument", (t) => {
  t.is(readLogArguments([42, "is it"]).message, "42 is it");
  t.is(readLogArguments([Symbol("s")]).message, "Symbol(s)");
});

test("readLogArguments() survives arguments that throw when they are read", (t) => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const hostile = {
    get err(): unknown {
      throw new Error("no err");
    },
    toString: (): string => {
      throw new Error("no text");
    },
  };
  t.deepEqual(readLogArguments([hostile]), { message: "", fields: hostile });
  t.is(readLogArguments(["see %s", hostile]).message, "see %s [Unreadable]");
  t.is(readLogArguments([proxy, "gone"]).message, "gone");
  t.is(
    readLogArguments([Object.defineProperty(new Error("x"), "message", { value: hostile })]).message.length >
      0,
    true,
  );
});
