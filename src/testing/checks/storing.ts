/** What is put is got, and nothing else is. */
import { patternOf, textBytes } from "../bytes.js";
import type { Check } from "../check.js";

/** Every byte, and what decoders of text, JSON and C strings trip over. */
const VALUES: readonly Uint8Array[] = [
  patternOf(1),
  Uint8Array.from({ length: 256 }, (_, byte) => byte),
  Uint8Array.of(0, 0, 0),
  Uint8Array.of(0xff, 0xfe, 0xc3, 0x28, 0x80),
  Uint8Array.of(0xef, 0xbb, 0xbf),
  textBytes("null"),
  textBytes('{"value":[1,2]}'),
  textBytes("line\r\nline\n"),
  patternOf(255),
  patternOf(4097),
  patternOf(65_537),
];

export const STORING_CHECKS: readonly Check[] = [
  {
    title: "get() answers undefined for a key that was never put",
    async run({ open, at }) {
      const life = await open();
      await life.expect(at("never"), undefined);
      await life.put(at("a"), textBytes("one"));
      await life.expect(at("never"), undefined);
      await life.expect(at("a", "never"), undefined);
    },
  },
  {
    title: "get() answers the bytes that were put",
    async run({ open, at }) {
      const life = await open();
      await life.put(at("a"), textBytes("one"));
      await life.put(at("b"), textBytes("two"));
      await life.expect(at("a"), textBytes("one"));
      await life.expect(at("b"), textBytes("two"));
    },
  },
  {
    title: "put() replaces the value under the key, by longer, shorter and empty ones",
    async run({ open, at }) {
      const life = await open();
      for (const size of [10, 3, 5000, 100, 0, 6000, 1]) {
        await life.put(at("a"), patternOf(size, size));
        await life.expect(at("a"), patternOf(size, size), "put");
      }
    },
  },
  {
    title: "values come back byte for byte, whatever bytes they are",
    async run({ open, at }) {
      const life = await open();
      for (const [index, value] of VALUES.entries()) await life.put(at(`value ${index}`), value, "opaque");
      for (const [index, value] of VALUES.entries()) await life.expect(at(`value ${index}`), value, "opaque");
    },
  },
  {
    title: "an empty value is an entry",
    async run({ open, at }) {
      const life = await open();
      await life.put(at("a"), new Uint8Array(0));
      await life.expect(at("a"), new Uint8Array(0));
      await life.expectMany([at("a"), at("never")], [new Uint8Array(0), undefined]);
    },
  },
  {
    title: "values of the largest size come back whole",
    async run({ open, at, promises }) {
      const life = await open();
      const [one, other] = [patternOf(promises.maxValueBytes, 1), patternOf(promises.maxValueBytes - 1, 2)];
      await life.put(at("a"), one, "opaque");
      await life.put(at("b"), other, "opaque");
      await life.expect(at("a"), one, "opaque");
      await life.expect(at("b"), other, "opaque");
      await life.put(at("a"), other, "opaque");
      await life.expect(at("a"), other, "opaque");
    },
  },
  {
    title: "of a value that is a part of a larger array only the part is stored",
    ways: ["direct"],
    async run({ open, at }) {
      const life = await open();
      const slab = patternOf(10_000);
      for (const [key, from, to] of [
        ["whole", 100, 300],
        ["empty", 50, 50],
      ] as const) {
        await life.call("put", `put() of a view on bytes ${from} to ${to} of ${slab.byteLength}`, () =>
          life.face.put(at(key), { value: slab.subarray(from, to) }),
        );
      }
      await life.expect(at("whole"), patternOf(10_000).slice(100, 300), "opaque");
      await life.expect(at("empty"), new Uint8Array(0), "opaque");
    },
  },
  {
    title: "what get() and getMany() answered is the host's to write to",
    ways: ["direct"],
    async run({ open, at }) {
      const life = await open();
      for (const size of [10, 10_000]) {
        const value = patternOf(size);
        await life.put(at("a"), value);
        const [first, second] = [await life.get(at("a")), await life.get(at("a"))];
        first?.value.fill(1);
        life.judge(
          "opaque",
          "a get() whose answer was kept while that of another was written to",
          second?.value,
          [value],
        );
        second?.value.fill(2);
        await life.expect(at("a"), value, "opaque");
        const many = await life.call("getMany", "getMany() of one key", () => life.face.getMany([at("a")]));
        for (const entry of many as { value: Uint8Array }[]) entry.value.fill(3);
        await life.expect(at("a"), value, "opaque");
      }
    },
  },
];
