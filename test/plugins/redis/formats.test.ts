/** How entries and their names look in Redis, and for how long they are kept there. */
import test from "ava";
import { fc, testProp } from "@fast-check/ava";
import { KeySpace, backoff, decodeEntry, encodeEntry, timeToLive } from "@stockpile/plugin-redis";

const prefix = fc
  .string({ unit: fc.constantFrom("a", "b", ":", "*", "[", "?", "\\", "{", "}"), minLength: 1, maxLength: 6 })
  .filter((text) => !text.includes("::") && !text.endsWith(":"));
const category = fc.stringMatching(/^[a-b0][a-b0._-]{0,3}$/);
const key = fc.string({
  unit: fc.constantFrom("a", "b", ":", "*", "é", "\0", "{", "}", " "),
  minLength: 1,
  maxLength: 6,
});
const place = fc.record({ prefix, category, key });

testProp("KeySpace names every entry of every prefix differently", [place, place], (t, one, other) => {
  const [a, b] = [one, other].map((each) => new KeySpace(each.prefix).nameOf(each));
  t.is(a === b, one.prefix === other.prefix && one.category === other.category && one.key === other.key);
});

testProp("KeySpace finds its own entries by their names, and no other's", [place, place], (t, one, other) => {
  const name = Buffer.from(new KeySpace(one.prefix).nameOf(one));
  t.deepEqual(new KeySpace(one.prefix).parse(name), { category: one.category, key: one.key });
  if (one.prefix !== other.prefix) t.is(new KeySpace(other.prefix).parse(name), undefined);
});

test("KeySpace.parse() answers undefined for what is no name of an entry", (t) => {
  const space = new KeySpace("app");
  for (const name of ["app", "app::", "app::player", "app::player:", "app:::x", "other::player:x"]) {
    t.is(space.parse(Buffer.from(name)), undefined, name);
  }
  t.is(space.parse(Buffer.from([...Buffer.from("app::player:"), 0xff])), undefined);
});

test("KeySpace.patternOf() takes what matches more than itself for itself", (t) => {
  t.is(new KeySpace("a*[b]?\\c").patternOf("player"), "a\\*\\[b\\]\\?\\\\c::player:*");
});

test("decodeEntry() answers what was encoded, with its time of expiry where it has one", (t) => {
  for (const value of [Buffer.alloc(0), Buffer.from("x"), Buffer.alloc(100_000, 7)]) {
    t.deepEqual(decodeEntry(encodeEntry({ value }), 0), { value });
    t.deepEqual(decodeEntry(encodeEntry({ value, expiresAt: 1.5 }), 1), { value, expiresAt: 1.5 });
  }
});

test("decodeEntry() answers undefined from its time of expiry on, whatever Redis thinks", (t) => {
  const stored = encodeEntry({ value: Buffer.from("x"), expiresAt: 1000 });
  t.not(decodeEntry(stored, 1000), undefined);
  t.is(decodeEntry(stored, 1001), undefined);
});

test("decodeEntry() answers undefined for what this plugin did not write", (t) => {
  const whole = encodeEntry({ value: Buffer.from("x") });
  for (const stored of [
    null,
    undefined,
    1,
    "text",
    [],
    Buffer.alloc(0),
    Buffer.from("some text of another"),
    whole.subarray(0, 11),
  ]) {
    t.is(decodeEntry(stored, 0), undefined);
  }
  const later = Buffer.from(whole);
  later[3] = 2;
  t.is(decodeEntry(later, 0), undefined, "of a later version");
});

test("timeToLive() answers a span that Redis takes, whatever the time of expiry", (t) => {
  const now = 1_800_000_000_000;
  t.is(timeToLive(undefined, now), undefined);
  t.is(timeToLive(now - 1, now), 0);
  t.is(timeToLive(-Infinity, now), 0);
  t.is(timeToLive(now, now), 1);
  t.is(timeToLive(now + 0.2, now), 1);
  t.is(timeToLive(now + 1000.5, now), 1001);
  for (const far of [Number.MAX_SAFE_INTEGER, 1e300, Infinity]) {
    const ttlMs = timeToLive(far, now) ?? 0;
    t.true(Number.isSafeInteger(ttlMs) && ttlMs > 1e14, `${far}`);
  }
});

test("backoff() waits twice as long each time, a random part of it, up to a second", (t) => {
  for (const [attempt, longestMs] of [
    [1, 50],
    [2, 100],
    [5, 800],
    [6, 1000],
    [100, 1000],
    [1e6, 1000],
  ] as const) {
    const waits = Array.from({ length: 200 }, () => backoff(attempt));
    t.true(Math.min(...waits) >= longestMs / 2);
    t.true(Math.max(...waits) <= longestMs);
    t.true(new Set(waits).size > 10, "hosts that lost a server together come back one by one");
  }
});
