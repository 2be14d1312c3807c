import test from "ava";
import { quoteKey } from "../../../src/host/cache/quote-key.js";

test("quoteKey() quotes a short key as it is", (t) => {
  t.is(quoteKey('a"b\n'), String.raw`"a\"b\n"`);
  t.is(quoteKey("k".repeat(64)), `"${"k".repeat(64)}"`);
});

test("quoteKey() cuts a long key", (t) => {
  t.is(quoteKey("k".repeat(65)), `"${"k".repeat(63)}…"`);
});
