import test from "ava";
import * as fc from "fast-check";
import { SecretMask } from "../../../src/host/config/secret-mask.js";

test("SecretMask replaces every occurrence of every secret", (t) => {
  const mask = new SecretMask(["hunter2", "s3cret"]);
  t.is(mask.mask("hunter2, s3cret and hunter2"), "***, *** and ***");
});

test("SecretMask leaves text alone when it has no secrets", (t) => {
  t.is(new SecretMask([]).mask("hunter2"), "hunter2");
});

test("SecretMask passes over secrets of fewer than 4 characters", (t) => {
  t.is(new SecretMask(["", "abc"]).mask("abcd"), "abcd");
  t.is(new SecretMask(["abcd"]).mask("abcd"), "***");
});

test("SecretMask replaces the longest of secrets that begin alike", (t) => {
  t.is(new SecretMask(["pass", "password"]).mask("my password"), "my ***");
});

test("SecretMask takes secrets literally, whatever they mean in a pattern or a replacement", (t) => {
  for (const secret of ["a.b*c", "(?:x)", "[a-z]+", "$&$1", "\\d{4}", "^abc$", "a|b|c|d", "a/b-c"]) {
    t.is(new SecretMask([secret]).mask(`<${secret}>`), "<***>", secret);
  }
  t.is(new SecretMask(["a.b*c"]).mask("aXbbc"), "aXbbc");
});

test("SecretMask replaces a secret as it stands in a URL and in JSON", (t) => {
  const secret = 'p@ss "word"/\n';
  const mask = new SecretMask([secret]);
  t.is(mask.mask(`redis://user:${encodeURIComponent(secret)}@host`), "redis://user:***@host");
  t.is(mask.mask(JSON.stringify({ password: secret })), '{"password":"***"}');
});

test("SecretMask takes a secret that has no percent-encoded form", (t) => {
  const half = "abc\ud800";
  t.is(new SecretMask([half]).mask(`<${half}>`), "<***>");
});

test("SecretMask leaves no secret in any text", (t) => {
  // Without a star: the mask itself is made of them.
  const secret = fc.string({
    minLength: 4,
    unit: fc.constantFrom("a", "b", '"', "\\", "%", "/", " ", "é", "$"),
  });
  fc.assert(
    fc.property(
      fc.array(secret, { maxLength: 4 }),
      fc.array(fc.string(), { minLength: 2 }),
      (secrets, texts) => {
        const mask = new SecretMask(secrets);
        const text = texts.join(secrets.join("-"));
        const masked =
          mask.mask(text) +
          mask.mask(JSON.stringify(secrets)) +
          mask.mask(encodeURIComponent(secrets.join()));
        for (const each of secrets) t.false(masked.includes(each), `${each} in ${masked}`);
      },
    ),
  );
});
