import test from "ava";

import { originText } from "../../../src/cli/mojang/origin-text.js";

for (const [origin, text] of [
  [{ source: "loader", stale: false, ageMs: 0 }, "Mojang, just now"],
  [{ source: "near", stale: false, ageMs: 300_000 }, "the cache, 5 min old"],
  [{ source: "pending", stale: false }, "the cache"],
  [
    { source: "backend", stale: true, ageMs: 90_000 },
    "the cache, 90 s old, expired: Mojang could not be asked",
  ],
  [{ source: "else\u001bwhere", stale: false }, "else where"],
] as const) {
  test(`originText() says "${text}"`, (t) => {
    t.is(originText(origin, false), text);
  });
}

test("originText() sets off an expired answer in colour, and no other", (t) => {
  const expired = { source: "near", stale: true };
  t.is(originText(expired, true), "\u001b[33mthe cache, expired: Mojang could not be asked\u001b[39m");
  t.is(originText({ ...expired, stale: false }, true), "the cache");
});
