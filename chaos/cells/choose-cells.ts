/** Which cells of the matrix are run, and in which order. */
import { cellName } from "./cell.js";
import type { Cell, Isolation } from "./cell.js";
import { seededRandom, shuffled } from "./random.js";

export interface Choice {
  readonly seed: number;
  /** Names of cells, in which `*` stands for anything; by default all. */
  readonly only: readonly string[];
  readonly kinds: readonly Isolation[];
  /** One cell for each fault and kind of isolation. */
  readonly isShort: boolean;
}

/** @throws {TypeError} there is no such cell. */
export function chooseCells(cells: readonly Cell[], { seed, only, kinds, isShort }: Choice): Cell[] {
  const patterns = only.map(toPattern);
  const chosen = cells.filter(
    (cell) =>
      kinds.includes(cell.isolation) &&
      (patterns.length === 0 || patterns.some((pattern) => pattern.test(cellName(cell)))),
  );
  if (chosen.length === 0)
    throw new TypeError(`Cannot run cells: expected the name of one: received ${only.join(", ")}`);
  return shuffled(isShort ? representatives(chosen, seed) : chosen, seededRandom(seed));
}

/** Of each fault and kind one cell, so that moments and loads take turns from fault to fault; others with another seed. */
function representatives(cells: readonly Cell[], seed: number): Cell[] {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const name = `${cell.fault}/${cell.isolation}`;
    groups.set(name, [...(groups.get(name) ?? []), cell]);
  }
  return [...groups.values()].map((group, index) => {
    // Next to each other are those of one moment under either load.
    const step = index * 3 + seed;
    return group[step % group.length] as Cell; // a group has one at least
  });
}

function toPattern(text: string): RegExp {
  const escaped = text.split("*").map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join(".*")}$`);
}
