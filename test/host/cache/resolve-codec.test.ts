import test from "ava";
import { bytesCodec } from "../../../src/host/cache/bytes-codec.js";
import type { Codec } from "../../../src/host/cache/codec.js";
import { jsonCodec } from "../../../src/host/cache/json-codec.js";
import { resolveCodec } from "../../../src/host/cache/resolve-codec.js";

const own: Codec<string> = {
  name: "text-1",
  encode: (value) => Buffer.from(value),
  decode: (bytes) => Buffer.from(bytes).toString(),
};

test("resolveCodec() answers the built-in codecs by name, json by default", (t) => {
  t.is(resolveCodec(), jsonCodec);
  t.is(resolveCodec("json"), jsonCodec);
  t.is(resolveCodec<Uint8Array>("bytes"), bytesCodec);
});

test("resolveCodec() takes the built-in codecs as objects", (t) => {
  t.is(resolveCodec(jsonCodec), jsonCodec);
  t.is(resolveCodec(bytesCodec), bytesCodec);
});

test("resolveCodec() takes a codec of the application's own", (t) => {
  t.is(resolveCodec(own), own);
});

const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
  ["an unknown name", "xml", /expected "json", "bytes" or an object: received "xml"$/],
  ["null", null, /received object$/],
  [
    "a codec without a name",
    { ...own, name: undefined },
    /expected a name of 1 to 32 characters .*: received undefined$/,
  ],
  ["a name in upper case", { ...own, name: "Text" }, /received "Text"$/],
  ["a name that is too long", { ...own, name: "a".repeat(33) }, /expected a name/],
  [
    "a name that a built-in codec has",
    { ...own, name: "json" },
    /expected a name that no built-in codec has: received "json"$/,
  ],
  [
    "a codec without decode",
    { ...own, decode: undefined },
    /expected methods encode and decode: received function and undefined$/,
  ],
];
for (const [what, codec, message] of REFUSED) {
  test(`resolveCodec() refuses ${what}`, (t) => {
    // @ts-expect-error The type forbids it, callers in JavaScript do not know.
    t.throws(() => resolveCodec(codec), { instanceOf: TypeError, message });
  });
}
