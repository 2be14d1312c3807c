import test from "ava";
import * as fc from "fast-check";
import { canonicalJson } from "../../../src/host/config/canonical-json.js";
import { parametersKey } from "../../../src/host/config/parameters-key.js";

test("canonicalJson() sorts keys at every depth and leaves arrays in order", (t) => {
  t.is(canonicalJson({ b: [2, { z: 1, a: null }], a: "x" }), '{"a":"x","b":[2,{"a":null,"z":1}]}');
});

test("parametersKey() is default for empty parameters", (t) => {
  t.is(parametersKey({}), "default");
});

test("parametersKey() is no plain hash that a guess could be checked against", (t) => {
  // printf '{"path":"data"}' | sha256sum
  t.not(parametersKey({ path: "data" }), "722434f7");
  t.is(parametersKey({ path: "data" }), parametersKey({ path: "data" }));
});

test("parametersKey() does not depend on the order of keys", (t) => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (parameters) => {
      const reversed = Object.fromEntries(Object.entries(parameters).toReversed());
      t.is(parametersKey(reversed), parametersKey(parameters));
      t.regex(parametersKey(parameters), /^[0-9a-f]{8}$/);
    }),
  );
});

test("parametersKey() tells different parameters apart", (t) => {
  const keys = [{ a: 1 }, { a: "1" }, { a: [1] }, [], null, "", 0].map(parametersKey);
  t.is(new Set(keys).size, keys.length);
});
