import type { Cell } from "../cells/cell.js";
import type { Fault } from "../faults/fault.js";
import type { CallLog } from "./call-log.js";
import type { Ledgers } from "./kept-values.js";
import type { Stage } from "./stage.js";

/** What a fault happens in. */
export interface Suffering {
  readonly cell: Cell;
  readonly fault: Fault;
  /** Of the stage. */
  readonly folder: string;
  readonly pace: number;
  readonly stage: Stage;
  readonly log: CallLog;
  readonly ledgers: Ledgers;
}
