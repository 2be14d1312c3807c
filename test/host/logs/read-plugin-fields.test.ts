import test from "ava";
import * as fc from "fast-check";
import { readPluginFields, type FieldRules } from "../../../src/host/logs/read-plugin-fields.js";

const rules: FieldRules = {
  reservedNames: new Set(["plugin", "level"]),
  mask: (text) => text.replaceAll("s3cret", "***").replaceAll("1234", "***"),
};

test("readPluginFields() reads a JSON object", (t) => {
  const fields = { a: 1, b: [true, null, { c: "d" }] };
  t.deepEqual(readPluginFields(JSON.stringify(fields), rules), fields);
});

test("readPluginFields() refuses text that is not a JSON object", (t) => {
  for (const text of ["", "{", "[]", "null", "1", '"{}"', '{"a":1}{'])
    t.is(readPluginFields(text, rules), undefined);
});

test("readPluginFields() renames fields of a reserved name, at top level only", (t) => {
  t.deepEqual(readPluginFields('{"plugin":"forged","level":60,"a":{"plugin":"fine"}}', rules), {
    plugin_: "forged",
    level_: 60,
    a: { plugin: "fine" },
  });
});

test("readPluginFields() renames until the name is free", (t) => {
  const both: FieldRules = { ...rules, reservedNames: new Set(["plugin", "plugin_"]) };
  t.deepEqual(readPluginFields('{"plugin":"forged"}', both), { plugin__: "forged" });
});

test("readPluginFields() renames what every object has", (t) => {
  t.deepEqual(readPluginFields('{"constructor":1,"toString":2}', rules), { constructor_: 1, toString_: 2 });
});

test("readPluginFields() leaves out __proto__ at every depth, however it is spelt", (t) => {
  const json = '{"__proto__":{"polluted":1},"a":{"\\u005f_proto__":{"polluted":1},"b":[{"__proto__":1}]}}';
  const fields = readPluginFields(json, rules);
  t.is(JSON.stringify(fields), '{"a":{"b":[{}]}}');
  t.is(Object.getPrototypeOf(fields), Object.prototype);
  t.false("polluted" in {});
});

test("readPluginFields() leaves out a __proto__ that only masking makes", (t) => {
  const making: FieldRules = { ...rules, mask: (text) => text.replaceAll("s3cret", "__proto__") };
  t.is(JSON.stringify(readPluginFields('{"s3cret":{"polluted":1}}', making)), "{}");
});

test("readPluginFields() masks secrets in strings, keys and numbers, at every depth", (t) => {
  const json =
    '{"url":"redis://s3cret@host","s3cret":1,"list":[{"pin":1234}],"escaped":"\\u0073\\u0033cret"}';
  t.deepEqual(readPluginFields(json, rules), {
    url: "redis://***@host",
    "***": 1,
    list: [{ pin: "***" }],
    escaped: "***",
  });
});

test("readPluginFields() cuts what is deep", (t) => {
  const depth = 5000;
  const json = `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  const text = JSON.stringify(readPluginFields(json, rules));
  t.regex(text, /^\{"a":\[{15}"\[Object\]"\]{15}\}$/);
});

test("readPluginFields() throws at nothing and makes nothing but data", (t) => {
  const key = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "plugin", "s3cret"));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: "small" }, fc.jsonValue(), tie("object"), fc.array(tie("value"))),
    object: fc.array(fc.tuple(key, tie("value"))).map((members) => Object.fromEntries(members)),
  }));
  fc.assert(
    fc.property(fc.dictionary(key, value), (fields) => {
      const read = readPluginFields(JSON.stringify(fields), rules);
      t.truthy(read);
      t.notRegex(JSON.stringify(read), /s3cret|"__proto__":/);
      for (const name of Object.keys(read ?? {})) t.false(name in {} || rules.reservedNames.has(name));
    }),
  );
});
