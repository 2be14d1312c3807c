import type { Disk } from "../faults/fault.js";
import type { Plant } from "../faults/plant.js";

/** What a plugin under test is told by its module, for it has no options while it is being loaded. */
export interface SubjectSetup {
  /** What its data folder is to be. */
  readonly disk?: Disk;
  /** What is wrong with it or its faults: for the tests of this suite. */
  readonly plant?: Plant;
}
