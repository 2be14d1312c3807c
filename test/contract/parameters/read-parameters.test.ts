import { inspect } from "node:util";
import test from "ava";
import {
  FLAG,
  FOLDER_PATH,
  SECRET,
  TEXT,
  integerWithin,
  oneOf,
  readParameters,
} from "../../../src/contract/plugin.js";
import type { ParameterForm, ParameterReader } from "../../../src/contract/plugin.js";

const ACTION = { action: 'open storage backend "shelf"' };

function readShelf(parameters: unknown): object {
  return readParameters(parameters, ACTION, (reader) => ({
    path: reader.demand("path", FOLDER_PATH, ""),
    maxEntries: reader.read("maxEntries", integerWithin(1, 9), 5),
    tls: reader.has("tls") ? reader.members("tls", readTls) : undefined,
  }));
}

function readTls(tls: ParameterReader): object {
  return { caFile: tls.read("caFile", TEXT, undefined), passphrase: tls.demand("passphrase", SECRET, "") };
}

/** What is wrong with the parameters, as the message lists it. */
function mistakesIn(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return error.message.replace('Cannot open storage backend "shelf": ', "");
  }
  return "";
}

test("readParameters() answers what is made of the parameters, with defaults for those that are absent", (t) => {
  t.deepEqual(readShelf({ path: "data" }), { path: "data", maxEntries: 5, tls: undefined });
  t.deepEqual(readShelf({ path: "data", maxEntries: undefined, tls: { passphrase: "x" } }), {
    path: "data",
    maxEntries: 5,
    tls: { caFile: undefined, passphrase: "x" },
  });
});

test("readParameters() takes undefined for an empty object", (t) => {
  t.is(
    readParameters(undefined, ACTION, (reader) => reader.read("maxEntries", integerWithin(1, 9), 5)),
    5,
  );
});

test("readParameters() tells all mistakes at once, each with what was expected and received", (t) => {
  t.throws(() => readShelf({ maxEntries: 10, Path: "data", tls: { caFile: 5, ca: 5 } }), {
    instanceOf: TypeError,
    message:
      'Cannot open storage backend "shelf": ' +
      'expected no parameters but "path", "maxEntries", "tls": received "Path"; ' +
      'expected "path" to be the path of a folder: received undefined; ' +
      'expected "maxEntries" to be an integer from 1 to 9: received 10; ' +
      'expected no parameters but "tls.caFile", "tls.passphrase": received "tls.ca"; ' +
      'expected "tls.caFile" to be a string that is not empty: received 5; ' +
      'expected "tls.passphrase" to be a string that is not empty: received undefined',
  });
});

for (const [parameters, received] of [
  [null, "null"],
  [[], "[]"],
  ["data", "'data'"],
] as const) {
  test(`readParameters() refuses ${inspect(parameters)}, and reads nothing of it`, (t) => {
    t.is(
      mistakesIn(() => readShelf(parameters)),
      `expected parameters to be an object: received ${received}`,
    );
  });
}

test("readParameters() refuses names that every object has, unless they are asked for", (t) => {
  t.regex(
    mistakesIn(() => readShelf({ path: "data", toString: 5 })),
    /received "toString"$/,
  );
  t.regex(
    mistakesIn(() => readShelf(JSON.parse('{"path":"data","__proto__":5}'))),
    /received "__proto__"$/,
  );
});

test("members() of what is no object tells that, and nothing of what is missing in it", (t) => {
  t.is(
    mistakesIn(() => readShelf({ path: "data", tls: "geheim" })),
    'expected "tls" to be an object: received string',
  );
});

test("no secret is shown, in its own place or in that of an object", (t) => {
  const read = (parameters: unknown): string =>
    mistakesIn(() => readParameters(parameters, { ...ACTION, areSecret: true }, readTls));
  for (const secret of [["geheim"], { geheim: 1 }]) {
    t.is(read({ passphrase: secret }).match(/geheim/), null);
    t.regex(read({ passphrase: secret }), /received (?:an array|object)$/);
  }
  t.is(read("geheim"), "expected parameters to be an object: received string");
  t.is(
    read({ passphrase: "" }),
    'expected "passphrase" to be a string that is not empty: received an empty string',
  );
});

test("note() adds a mistake that is of no parameter alone", (t) => {
  const read = (reader: ParameterReader): void => {
    if (reader.has("a") && reader.has("b")) reader.note('expected "a" or "b": received both');
  };
  t.is(
    mistakesIn(() => readParameters({ a: 1, b: 2 }, ACTION, read)),
    'expected "a" or "b": received both',
  );
});

const FORMS: readonly (readonly [form: ParameterForm<unknown>, right: unknown[], wrong: unknown[]])[] = [
  [FLAG, [true, false], [0, 1, "true", null]],
  [TEXT, ["a", " "], ["", 5, null, ["a"]]],
  [SECRET, ["a"], ["", 5]],
  [FOLDER_PATH, ["a", "/a/b"], ["", "a\0b", 5]],
  [integerWithin(1, 9), [1, 9], [0, 10, 1.5, Number.NaN, Infinity, "5", 5n, null]],
  [oneOf("none", "all"), ["none", "all"], ["", "None", "none,all", 0, null]],
];

for (const [form, right, wrong] of FORMS) {
  test(`${form.expected}${form.isSecret === true ? ", a secret" : ""}: ${inspect(right)}, not ${inspect(wrong)}`, (t) => {
    for (const value of right) t.true(form.accepts(value), inspect(value));
    for (const value of wrong) t.false(form.accepts(value), inspect(value));
  });
}
