import type { StandardSchemaV1 } from "@standard-schema/spec";
import test from "ava";
import * as valibot from "valibot";
import { z } from "zod";
import { validate } from "../../../src/host/cache/validate.js";

/** A schema that finds `issues`. */
function finding(issues: readonly StandardSchemaV1.Issue[]): StandardSchemaV1<unknown, never> {
  return { "~standard": { version: 1, vendor: "test", validate: () => ({ issues }) } };
}

test("what fits is answered as the schema makes it", (t) => {
  t.is(validate(z.string().trim(), " a "), "a");
  t.is(validate(valibot.pipe(valibot.unknown(), valibot.transform(Number)), "1"), 1);
});

test("what does not fit is named with where and why, in every library's way to say where", (t) => {
  const value = { players: [{ name: 1 }] };
  const zod = z.object({ players: z.array(z.object({ name: z.string() })) });
  const own = valibot.object({ players: valibot.array(valibot.object({ name: valibot.string() })) });
  for (const schema of [zod, own]) {
    t.throws(() => validate(schema, value), {
      instanceOf: TypeError,
      message: /^it does not fit the schema: players\.0\.name: /,
    });
  }
});

test("of many mistakes, three are listed and the rest is counted", (t) => {
  const issues = Array.from({ length: 5 }, (_, index) => ({ message: `wrong ${index}`, path: [index] }));
  t.throws(() => validate(finding(issues), 1), {
    message: "it does not fit the schema: 0: wrong 0; 1: wrong 1; 2: wrong 2; and 2 more",
  });
});

test("a mistake of the whole needs no path, and a path may have symbols", (t) => {
  t.throws(() => validate(finding([{ message: "wrong" }]), 1), {
    message: "it does not fit the schema: wrong",
  });
  t.throws(() => validate(finding([{ message: "wrong", path: [Symbol("s"), { key: "k" }] }]), 1), {
    message: "it does not fit the schema: Symbol(s).k: wrong",
  });
});

test("a schema that answers later is refused, and what it rejects with is nobody's", async (t) => {
  const schema: StandardSchemaV1<unknown, never> = {
    "~standard": { version: 1, vendor: "test", validate: () => Promise.reject(new Error("later")) },
  };
  t.throws(() => validate(schema, 1), { instanceOf: TypeError, message: /validates synchronously/ });
  await new Promise(setImmediate);
});
