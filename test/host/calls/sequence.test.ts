import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { Sequence } from "../../../src/host/calls/sequence.js";

const MAX_INT_32 = 2 ** 31 - 1;

test("Sequence counts from 1", (t) => {
  const sequence = new Sequence();
  t.is(sequence.current, 0);
  for (let count = 1; count <= 3; count += 1) {
    t.true(sequence.advance(() => t.fail()));
    t.is(sequence.current, count);
  }
});

test("advance() begins anew after the last number and says so", (t) => {
  const sequence = new Sequence(2);
  t.true(sequence.advance(() => false));
  t.true(sequence.advance(() => false));
  t.false(sequence.advance(() => false));
  t.is(sequence.current, 1);
  t.true(sequence.advance(() => false));
});

test("advance() leaves out numbers that are taken, across the last one too", (t) => {
  const sequence = new Sequence(6);
  const taken = new Set([1, 4, 6]);
  const given: [number, boolean][] = [];
  for (let count = 0; count < 6; count += 1) sequence.advance(() => false);
  for (let count = 0; count < 5; count += 1) {
    const follows = sequence.advance((number) => taken.has(number));
    given.push([sequence.current, follows]);
  }
  t.deepEqual(given, [
    [2, false],
    [3, true],
    [5, false],
    [2, false],
    [3, true],
  ]);
});

testProp(
  "advance() never gives a number that is taken or out of range, however many calls never end",
  [fc.integer({ min: 8, max: 40 }), fc.array(fc.boolean(), { minLength: 1, maxLength: 200 })],
  (t, max, endings) => {
    const sequence = new Sequence(max);
    const taken = new Set<number>();
    for (const ends of endings) {
      const before = sequence.current;
      const follows = sequence.advance((number) => taken.has(number));
      t.false(taken.has(sequence.current));
      t.true(sequence.current >= 1 && sequence.current <= max);
      t.is(follows, sequence.current === before + 1);
      if (!ends && taken.size < max / 4) taken.add(sequence.current);
    }
  },
);

testProp(
  "isAfter() tells the later of two numbers, also where they have begun anew between them",
  [fc.integer({ min: 1, max: MAX_INT_32 }), fc.integer({ min: 1, max: 100_000 })],
  (t, number, distance) => {
    const sequence = new Sequence();
    const later = ((number + distance - 1) % MAX_INT_32) + 1;
    t.true(sequence.isAfter(later, number));
    t.false(sequence.isAfter(number, later));
    t.false(sequence.isAfter(number, number));
  },
);

test("isAfter() holds every first call to come after none", (t) => {
  const sequence = new Sequence();
  t.true(sequence.isAfter(1, 0));
  t.true(sequence.isAfter(4096, 0));
});

testProp("isAfter() answers for whatever a plugin wrote", [fc.integer()], (t, other) => {
  t.is(typeof new Sequence().isAfter(5, other), "boolean");
});
