import type { Cell } from "../../chaos/cells/cell.js";
import type { Observation } from "../../chaos/host/observation.js";

/** A cell whose plugin is to throw in a call and go on. */
export const THROWING: Cell = { fault: "throw", isolation: "thread", moment: "get", load: "quiet" };

/** What is seen of it where everything is as it should be. */
export const GOOD: Observation = {
  pace: 1,
  calls: {
    made: 20,
    outcomes: { answered: 19, STOCKPILE_BACKEND_FAILED: 1 },
    slow: [],
    unsettled: [],
    wrong: [],
  },
  trigger: "STOCKPILE_BACKEND_FAILED",
  ends: [],
  recoveredMs: 10,
  state: "ready",
  lost: [],
  untouched: 50,
  waiting: 0,
  beside: { calls: 100, failures: [], slow: [] },
  longestStallMs: 50,
  close: { ms: 20, stopMs: 500, abandoned: 0, undelivered: 0 },
  left: [],
  poolMs: 1,
  changed: [],
};
