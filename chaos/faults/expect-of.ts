/** What is to come of a fault at each moment, by its nature. */
import type { Cell, Moment } from "../cells/cell.js";
import { faultNamed } from "./all-faults.js";
import { natureOf } from "./fault.js";
import type { Nature } from "./fault.js";

export interface Expectation {
  /** What the life may end with: kinds of `PluginFailure`, and `none` for one that goes on or ends as planned. */
  readonly ends: readonly string[];
  /** What the call or step in which it happens may come to: codes of errors, or `answered`. Absent: nobody waits. */
  readonly outcomes?: readonly string[];
}

const LOAD = "STOCKPILE_PLUGIN_LOAD";
const UNAVAILABLE = "STOCKPILE_PLUGIN_UNAVAILABLE";
const TIMEOUT = "STOCKPILE_BACKEND_TIMEOUT";
const FAILED = "STOCKPILE_BACKEND_FAILED";
const ANSWERED = "answered";

/** A part of a life in which the same comes of a fault. */
type Phase = "start" | "open" | "read" | "write" | "close" | "idle";

const PHASES: Readonly<Record<Moment, Phase>> = {
  load: "start",
  initialise: "start",
  open: "open",
  get: "read",
  scan: "read",
  put: "write",
  purge: "write",
  close: "close",
  idle: "idle",
};

/** Where nothing is said of a phase, the life goes on; where nothing is said of outcomes, these are right. */
const ENDS: Readonly<Record<Nature, Partial<Record<Phase, readonly string[]>>>> = {
  fails: { start: ["load"], idle: ["crash"] },
  lies: { start: ["load"] },
  misses: {},
  // A write that never ends holds up later ones of its key, so that its life is ended for it where there are any.
  pends: { start: ["start-timeout"], write: ["none", "hang"] },
  delays: {},
  // What the start waits for has `limits.start`; a backend is opened when that is over.
  blocks: { start: ["start-timeout"], open: ["hang"], read: ["hang"], write: ["hang"], idle: ["hang"] },
  dies: all("crash", "exit"),
  attacks: all("protocol", "crash", "exit"),
  swells: all("memory"),
  passes: {},
  refuses: {},
  hinders: all("none", "hang"),
};

const OUTCOMES: Readonly<Record<Nature, readonly string[]>> = {
  fails: [FAILED],
  lies: [FAILED],
  misses: [ANSWERED],
  pends: [TIMEOUT, UNAVAILABLE],
  delays: [TIMEOUT],
  blocks: [TIMEOUT, UNAVAILABLE],
  dies: [ANSWERED, UNAVAILABLE, TIMEOUT],
  attacks: [ANSWERED, UNAVAILABLE, TIMEOUT, FAILED],
  swells: [TIMEOUT, UNAVAILABLE],
  passes: [ANSWERED, TIMEOUT],
  // Once a breaker has opened for what others met.
  refuses: [FAILED, UNAVAILABLE],
  hinders: [TIMEOUT, UNAVAILABLE],
};

export function expectOf({ fault, isolation, moment }: Cell): Expectation {
  const { mayEndAs = [], spares = [], ...found } = faultNamed(fault);
  const nature = natureOf(found, isolation);
  const phase = PHASES[moment];
  const ends = [...(ENDS[nature][phase] ?? ["none"]), ...mayEndAs];
  if (phase === "idle") return { ends };
  if (spares.includes(moment)) return { ends, outcomes: [ANSWERED] };
  if (phase === "read" || phase === "write") return { ends, outcomes: OUTCOMES[nature] };
  if (phase === "close") return { ends, outcomes: [ANSWERED] };
  // A start that fails rejects; where the plugin goes on, it is as good as any.
  const isPlain = ends.length === 1 && ends[0] === "none";
  return { ends, outcomes: isPlain ? [ANSWERED] : [LOAD, UNAVAILABLE, ANSWERED] };
}

/** At any moment but the planned end, which is no failure whatever happens in it. */
function all(...kinds: readonly string[]): Partial<Record<Phase, readonly string[]>> {
  return { start: kinds, open: kinds, read: kinds, write: kinds, idle: kinds };
}
