/** Which cells are run: all, those of a name, or a few of which none may be missing. */
import test from "ava";
import { cellName, ISOLATIONS } from "../../chaos/cells/cell.js";
import { chooseCells } from "../../chaos/cells/choose-cells.js";
import { listCells } from "../../chaos/cells/list-cells.js";
import { ALL_FAULTS } from "../../chaos/faults/all-faults.js";

const ALL = { seed: 1, only: [], kinds: ISOLATIONS, isShort: false };

test("every fault has a name of its own, a reason and moments, and all its cells are listed", (t) => {
  const names = ALL_FAULTS.map(({ name }) => name);
  t.true(names.length > 40);
  t.is(new Set(names).size, names.length);
  for (const { name, why, moments } of ALL_FAULTS) {
    t.true(why.length > 10, name);
    t.true(moments.length > 0, name);
  }
  const cells = listCells();
  t.is(new Set(cells.map(cellName)).size, cells.length);
  t.deepEqual(new Set(cells.map(({ fault }) => fault)), new Set(names));
});

test("chooseCells() answers all cells in an order that the seed decides", (t) => {
  const cells = listCells();
  const order = (seed: number): string[] => chooseCells(cells, { ...ALL, seed }).map(cellName);
  t.deepEqual(order(1), order(1));
  t.notDeepEqual(order(1), order(2));
  t.deepEqual(order(1).toSorted(), cells.map(cellName).toSorted());
});

test("chooseCells() answers the cells of a name, in which * stands for anything", (t) => {
  const chosen = chooseCells(listCells(), { ...ALL, only: ["exit(0)/*/get/busy", "spin/thread/put/quiet"] });
  t.deepEqual(chosen.map(cellName).toSorted(), [
    "exit(0)/process/get/busy",
    "exit(0)/thread/get/busy",
    "spin/thread/put/quiet",
  ]);
  t.throws(() => chooseCells(listCells(), { ...ALL, only: ["exit.0./*"] }), { instanceOf: TypeError });
});

test("the short form has every fault in every kind of isolation once, at every moment and under every load", (t) => {
  const cells = listCells();
  for (const seed of [1, 2, 3]) {
    const chosen = chooseCells(cells, { ...ALL, seed, isShort: true });
    const pairs = (of: typeof cells): string[] => of.map(({ fault, isolation }) => `${fault}/${isolation}`);
    t.deepEqual(pairs(chosen).toSorted(), [...new Set(pairs(cells))].toSorted());
    t.is(new Set(chosen.map(({ moment }) => moment)).size, 9);
    t.is(new Set(chosen.map(({ load }) => load)).size, 2);
  }
});
