import test from "ava";
import * as fc from "fast-check";
import { interpolateEnv } from "../../../src/host/config/interpolate-env.js";

const ENV = { USER: "ada", PASSWORD: "s3cret", EMPTY: "", NESTED: "${env:USER}" };

test("interpolateEnv() replaces references in every string, at any depth, several in each", (t) => {
  const { data, issues, secrets } = interpolateEnv(
    { a: "${env:USER}", b: ["redis://${env:USER}:${env:PASSWORD}@host", 5, { c: "${env:EMPTY}" }], d: null },
    ENV,
  );
  t.deepEqual(data, { a: "ada", b: ["redis://ada:s3cret@host", 5, { c: "" }], d: null });
  t.deepEqual(issues, []);
  t.deepEqual([...secrets], ["ada", "s3cret", ""]);
});

test("interpolateEnv() leaves other text, keys and references within values alone", (t) => {
  const data = { "${env:USER}": "$USER ${USER} {env:USER} ${ENV:USER} $${a}" };
  t.deepEqual(interpolateEnv(data, ENV).data, data);
  t.is(interpolateEnv("${env:NESTED}", ENV).data, "${env:USER}");
});

test("interpolateEnv() takes a value literally, whatever it means in a replacement", (t) => {
  t.is(interpolateEnv("<${env:P}>", { P: "$& $1 $$" }).data, "<$& $1 $$>");
});

test("interpolateEnv() reports every variable that is not set, with its place, and goes on", (t) => {
  const { data, issues } = interpolateEnv({ a: ["${env:NO} ${env:USER} ${env:NEITHER}"] }, ENV);
  t.deepEqual(issues, [
    { path: ["a", 0], message: "expected environment variable NO to be set: received nothing" },
    { path: ["a", 0], message: "expected environment variable NEITHER to be set: received nothing" },
  ]);
  t.deepEqual(data, { a: ["${env:NO} ada ${env:NEITHER}"] });
});

test("interpolateEnv() takes inherited properties of the environment for variables that are not set", (t) => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    t.is(interpolateEnv(`\${env:${name}}`, process.env).issues.length, 1, name);
  }
});

test("interpolateEnv() reports references that are not whole", (t) => {
  for (const text of ["${env:", "${env:}", "${env:USER", "${env:9}", "${env:A B}", "${env:A-B}"]) {
    const { data, issues } = interpolateEnv(text, ENV);
    t.is(data, text);
    t.is(
      issues[0]?.message,
      "expected ${env:NAME}, the name of letters, digits and _: received another form",
    );
  }
});

test("interpolateEnv() puts any value in unchanged and knows it for a secret", (t) => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (value, around) => {
      const text = around.replaceAll("$", "");
      const { data, secrets } = interpolateEnv(`${text}\${env:A}${text}`, { A: value });
      t.is(data, text + value + text);
      t.deepEqual([...secrets], [value]);
    }),
  );
});
