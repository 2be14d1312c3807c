import { inspect } from "node:util";
import test from "ava";
import { sameOptions } from "../../src/host/same-options.js";

const load = (): string => "loaded";

for (const [left, right] of [
  [{}, {}],
  [
    { ttl: "10m", load },
    { load, ttl: "10m" },
  ],
  [{ ttl: undefined }, {}],
  [{ near: { entries: 5, bytes: 6 } }, { near: { bytes: 6, entries: 5 } }],
  [{ near: { entries: 5, bytes: undefined } }, { near: { entries: 5 } }],
  [{ near: false }, { near: false }],
] as const) {
  test(`sameOptions() finds ${inspect(left)} to say the same as ${inspect(right)}`, (t) => {
    t.true(sameOptions(left, right));
    t.true(sameOptions(right, left));
  });
}

for (const [left, right] of [
  [{ ttl: "10m" }, {}],
  [{ ttl: "10m" }, { ttl: 600_000 }],
  [{ load }, { load: () => "loaded" }],
  [{ near: { entries: 5 } }, { near: { entries: 6 } }],
  [{ near: { entries: 5 } }, { near: { entries: 5, bytes: 5 } }],
  [{ near: { entries: 5 } }, { near: false }],
  [{ near: false }, {}],
  [{ codec: { name: "own" } }, { codec: { name: "own" } }],
  [[], {}],
  [null, {}],
  [5, {}],
] as const) {
  test(`sameOptions() tells ${inspect(left)} from ${inspect(right)}`, (t) => {
    t.false(sameOptions(left, right));
    t.false(sameOptions(right, left));
  });
}
