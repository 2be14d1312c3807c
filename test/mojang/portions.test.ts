import test from "ava";

import { Portions } from "../../src/mojang/portions.js";

test("Portions lets as many items through in a turn of the event loop as it has been told", async (t) => {
  const portions = new Portions(3);
  let turn = 0;
  let isOver = false;
  const count = (): void => {
    turn += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const turns = await Promise.all(
    Array.from({ length: 10 }, async () => {
      await portions.next();
      return turn;
    }),
  );
  isOver = true;
  t.deepEqual(turns, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]);
});
