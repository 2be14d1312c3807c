import test from "ava";

import { categoryTable } from "../../src/cli/category-table.js";
import type { ListedCategory } from "../../src/cli/category-table.js";

const PLAYER: ListedCategory = {
  name: "player",
  plugin: "redis",
  gets: { near: 50, backend: 20, pending: 5, loader: 15, stale: 4, none: 3, failed: 3 },
  loads: { succeeded: 15, failed: 2 },
  near: { entries: 1200, bytes: 2_345_678 },
};

function rowOf(category: ListedCategory): string[] {
  const line = categoryTable([category]).split("\n")[3] ?? "";
  return line
    .split("│")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

test("categoryTable() tells hits, stale answers, failures, loads and the near cache", (t) => {
  t.deepEqual(rowOf(PLAYER), ["player", "redis", "100", "75 %", "4", "3", "15, 2 failed", "1200, 2.3 MB"]);
});

test("categoryTable() tells no rate of a category that nobody has read", (t) => {
  const near = { entries: 0, bytes: 0 };
  const unread = { ...PLAYER, gets: { near: 0 }, loads: { succeeded: 0, failed: 0 }, near };
  t.deepEqual(rowOf(unread), ["player", "redis", "0", "-", "0", "0", "0", "0, 0 B"]);
});

test("categoryTable() shows sizes in units that a person reads", (t) => {
  for (const [bytes, text] of [
    [999, "999 B"],
    [1000, "1.0 kB"],
    [5e9, "5.0 GB"],
    [5e13, "50000.0 GB"],
  ] as const) {
    t.is(rowOf({ ...PLAYER, near: { entries: 1, bytes } }).at(-1), `1, ${text}`);
  }
});

test("categoryTable() says that there is none, and shows no control characters", (t) => {
  t.is(categoryTable([]), "No category has been used");
  t.false(categoryTable([{ ...PLAYER, name: "\u001b[31mred" }]).includes("\u001b"));
});
