import test from "ava";

import { listText } from "../../../src/server/mojang/list-text.js";

test("listText() writes what JSON.stringify() does, however long the list is", async (t) => {
  for (const length of [0, 1, 999, 1_000, 1_001, 2_500]) {
    const items = Array.from({ length }, (_none, index) => ({ name: `"${index}"` }));
    // oxlint-disable-next-line no-await-in-loop -- One after the other.
    t.is(await listText(items, (item) => item), JSON.stringify(items), String(length));
  }
});

test("listText() lets others have their turn", async (t) => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await listText(
    Array.from({ length: 10_000 }, (_none, index) => index),
    (item) => ({ item }),
  );
  isOver = true;
  t.true(turns >= 9, `${turns} turns`);
});
