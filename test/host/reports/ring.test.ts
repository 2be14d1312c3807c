import { fc, testProp } from "@fast-check/ava";
import { Ring } from "../../../src/host/reports/ring.js";

testProp(
  "Ring keeps the last items, oldest first",
  [fc.integer({ min: 1, max: 10 }), fc.array(fc.nat())],
  (t, capacity, items) => {
    const ring = new Ring<number>(capacity);
    for (const item of items) ring.push(item);
    t.deepEqual(ring.toArray(), items.slice(-capacity));
  },
);
