import test from "ava";
import { fc } from "@fast-check/ava";

import { httpValueCodec, isContentType } from "../../src/server/http-value.js";

const contentType = fc.stringMatching(/^[\x21-\x7e]([\x20-\x7e]{0,60}[\x21-\x7e])?$/);

test("httpValueCodec gives back every value it has encoded", (t) => {
  fc.assert(
    fc.property(contentType, fc.uint8Array({ maxLength: 200 }), (type, body) => {
      const decoded = httpValueCodec.decode(httpValueCodec.encode({ contentType: type, body }));
      t.is(decoded.contentType, type);
      t.deepEqual(Buffer.from(decoded.body), Buffer.from(body));
    }),
  );
});

test("httpValueCodec stores as laid down: version, length of the type, type, body", (t) => {
  const bytes = httpValueCodec.encode({ contentType: "a/b", body: Uint8Array.of(7, 8) });
  t.deepEqual([...bytes], [1, 3, 0x61, 0x2f, 0x62, 7, 8]);
});

test("httpValueCodec refuses bytes it has not made, and never yields a content type that is no header", (t) => {
  for (const bytes of [
    [],
    [1],
    [2, 1, 0x61],
    [1, 0, 5],
    [1, 3, 0x61],
    [1, 1, 0x0a],
    [1, 1, 0x20],
    [1, 1, 0xe9],
  ]) {
    t.throws(() => httpValueCodec.decode(Uint8Array.from(bytes)), { instanceOf: TypeError }, String(bytes));
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      try {
        t.true(isContentType(httpValueCodec.decode(bytes).contentType));
      } catch (error) {
        t.true(error instanceof TypeError);
      }
    }),
  );
});

test("isContentType() refuses what is empty, longer than 255 characters or not visible ASCII", (t) => {
  t.true(isContentType("text/plain; charset=utf-8"));
  t.true(isContentType("x".repeat(255)));
  for (const text of ["", "x".repeat(256), "a\r\nb", " a", "a ", "é"]) t.false(isContentType(text), text);
});
