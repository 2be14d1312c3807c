import { ALL_FAULTS } from "../faults/all-faults.js";
import { ISOLATIONS, LOADS } from "./cell.js";
import type { Cell } from "./cell.js";

/** Every cell of the matrix, in the order of the table. */
export function listCells(): Cell[] {
  return ALL_FAULTS.flatMap(({ name: fault, moments, isolations = ISOLATIONS }) =>
    isolations.flatMap((isolation) =>
      moments.flatMap((moment) => LOADS.map((load) => ({ fault, isolation, moment, load }))),
    ),
  );
}
