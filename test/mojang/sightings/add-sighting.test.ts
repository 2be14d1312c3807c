import { fc } from "@fast-check/ava";
import test from "ava";

import { NAME_HELD_MS } from "../../../src/mojang/entities/association.js";
import type { Association, Sighting } from "../../../src/mojang/entities/association.js";
import { addSighting } from "../../../src/mojang/sightings/add-sighting.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function addAll(sightings: readonly Sighting[]): readonly Association[] {
  let associations: readonly Association[] = [];
  for (const sighting of sightings)
    associations = addSighting(associations, sighting)?.associations ?? associations;
  return associations;
}

test("addSighting() begins an association that holds for 37 days", (t) => {
  t.deepEqual(addSighting([], { id: "a", name: "A", at: 5 }), {
    associations: [{ id: "a", name: "A", firstSeenAt: 5, lastSeenAt: 5, validUntil: 5 + NAME_HELD_MS }],
    isChange: true,
  });
});

test("addSighting() extends what goes on, and says nothing of what was seen an hour ago", (t) => {
  const first = addAll([{ id: "a", name: "A", at: 0 }]);
  t.is(addSighting(first, { id: "a", name: "A", at: HOUR_MS - 1 }), undefined);
  const later = addSighting(first, { id: "a", name: "A", at: 36 * DAY_MS });
  t.false(later?.isChange);
  t.deepEqual(later?.associations, [
    { id: "a", name: "A", firstSeenAt: 0, lastSeenAt: 36 * DAY_MS, validUntil: 73 * DAY_MS },
  ]);
});

test("addSighting() begins another after a gap, in which the name may have been somebody else's", (t) => {
  const seen = addAll([
    { id: "a", name: "A", at: 0 },
    { id: "a", name: "A", at: 9 * 365 * DAY_MS },
  ]);
  t.deepEqual(
    seen.map(({ firstSeenAt, lastSeenAt }) => [firstSeenAt, lastSeenAt]),
    [
      [0, 0],
      [9 * 365 * DAY_MS, 9 * 365 * DAY_MS],
    ],
  );
});

test("addSighting() ends the former name, or the former owner, when there is another", (t) => {
  for (const other of [
    { id: "a", name: "B", at: DAY_MS },
    { id: "b", name: "A", at: DAY_MS },
  ]) {
    const [former, next] = addAll([{ id: "a", name: "A", at: 0 }, other]);
    t.is(former?.validUntil, DAY_MS);
    t.is(next?.firstSeenAt, DAY_MS);
  }
});

test("addSighting() takes nothing older than it knows", (t) => {
  const seen = addAll([{ id: "a", name: "A", at: DAY_MS }]);
  t.is(addSighting(seen, { id: "a", name: "B", at: DAY_MS - 1 }), undefined);
});

test("whatever is seen, associations are in order, do not overlap, and are not endless", (t) => {
  const sightings = fc.array(
    fc.record({
      id: fc.constant("a"),
      name: fc.constantFrom("A", "B", "a"),
      at: fc.integer({ min: 0, max: 400 }).map((days) => days * DAY_MS),
    }),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(sightings, (seen) => {
      const associations = addAll(seen);
      t.true(associations.length <= 100);
      for (const [index, { firstSeenAt, lastSeenAt, validUntil }] of associations.entries()) {
        const next = associations[index + 1];
        t.true(firstSeenAt <= lastSeenAt && lastSeenAt <= validUntil);
        t.true(validUntil <= lastSeenAt + NAME_HELD_MS);
        if (next !== undefined) t.true(validUntil <= next.firstSeenAt);
      }
    }),
    { numRuns: 200 },
  );
});
