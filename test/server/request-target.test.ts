import test from "ava";
import { fc } from "@fast-check/ava";

import { decodeSegment, MAX_TARGET_BYTES, parseRequestTarget } from "../../src/server/request-target.js";

test("parseRequestTarget() splits path and query and leaves both encoded", (t) => {
  const { segments, query } = parseRequestTarget("/cache/player/a%2Fb?ttl=10s&x=%20");
  t.deepEqual(segments, ["cache", "player", "a%2Fb"]);
  t.deepEqual(
    [...query],
    [
      ["ttl", "10s"],
      ["x", " "],
    ],
  );
});

test("parseRequestTarget() keeps empty segments", (t) => {
  t.deepEqual(parseRequestTarget("/").segments, [""]);
  t.deepEqual(parseRequestTarget("/cache//").segments, ["cache", "", ""]);
});

test("parseRequestTarget() refuses what is no path of ASCII characters", (t) => {
  for (const target of ["", "*", "cache", "http://example.org/cache/a/b", "/cache/a/é", "/cache/a/ b"]) {
    t.throws(
      () => parseRequestTarget(target),
      { name: "HttpError", code: "STOCKPILE_REQUEST_INVALID" },
      target,
    );
  }
});

test("parseRequestTarget() refuses a target over the limit with 414", (t) => {
  t.notThrows(() => parseRequestTarget("/".padEnd(MAX_TARGET_BYTES, "x")));
  t.like(
    t.throws(() => parseRequestTarget("/".padEnd(MAX_TARGET_BYTES + 1, "x"))),
    { status: 414 },
  );
});

test("decodeSegment() gives back any well-formed text that was encoded", (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => decodeSegment(encodeURIComponent(text)) === text),
    ),
  );
});

test("decodeSegment() refuses malformed percent-encoding and bytes that are no UTF-8", (t) => {
  for (const segment of ["%", "%2", "%zz", "%ff", "%c3", "%ed%a0%80"]) {
    t.like(
      t.throws(() => decodeSegment(segment)),
      { status: 400, code: "STOCKPILE_REQUEST_INVALID" },
      segment,
    );
  }
});
