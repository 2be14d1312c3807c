/** What can go wrong with a plugin, and what is to come of it. */
import type { Logger } from "@stockpile/core/plugin";
import type { Isolation, Moment } from "../cells/cell.js";
import type { Heard } from "./heard.js";
import type { Trace } from "./trace.js";

/** What a fault finds where it happens. */
export interface Scene {
  readonly moment: Moment;
  /** A folder of the cell's own, for what a fault needs on the disk. */
  readonly folder: string;
  /** What everything takes longer by, from 1 on. */
  readonly pace: number;
  /** Does what a plugin without the fault would do, and answers what it would answer. */
  readonly proceed: () => unknown;
  /** Answers what another key would be answered; where nothing is asked for, as `proceed`. */
  readonly proceedElsewhere: () => unknown;
  /** Absent while the module is being loaded. */
  readonly logger?: Logger;
  /** Says how many things the fault has done, where those can be counted: lines written, frames sent. */
  readonly count: (things: number) => void;
}

/**
 * What comes of a fault; expect-of.ts says what that means at each moment.
 * - `fails`: the call or the step fails, nothing else.
 * - `lies`: the same, but only where an answer is looked at.
 * - `misses`: what is answered counts as nothing.
 * - `pends`: nobody is answered, and the loop turns.
 * - `delays`: an answer comes after the call's deadline.
 * - `blocks`: the loop stands still until somebody ends it.
 * - `dies`: the plugin ends itself.
 * - `attacks`: the plugin is ended for what it sends.
 * - `swells`: the plugin is ended for its memory.
 * - `passes`: the plugin goes on.
 * - `refuses`: calls fail at once while it lasts.
 * - `hinders`: calls take too long while it lasts.
 */
export type Nature =
  | "fails"
  | "lies"
  | "misses"
  | "pends"
  | "delays"
  | "blocks"
  | "dies"
  | "attacks"
  | "swells"
  | "passes"
  | "refuses"
  | "hinders";

/** What the host of a cell has in hand for a fault of what surrounds the plugin. */
export interface Surroundings {
  /** Where the file plugin keeps its entries. */
  readonly dataFolder: string;
  /** A folder of the cell's own. */
  readonly folder: string;
  /** What everything takes longer by, from 1 on. */
  readonly pace: number;
  /** Moves the host's wall clock by so many ms. */
  readonly jumpClock: (ms: number) => void;
  /** By how many ms what is stored now is dated ahead of the machine's clock. */
  readonly datedAhead: () => Promise<number>;
  /** Whether what was stored before is there; rejects where it cannot be read. */
  readonly isStored: () => Promise<boolean>;
  /** How many calls have failed for this reason of the system's, as in `ENOSPC`. */
  readonly failures: (code: string) => number;
}

interface Described {
  readonly group: string;
  readonly name: string;
  /** Why it is in the matrix, in a sentence. */
  readonly why: string;
  readonly moments: readonly Moment[];
  /** By default both. */
  readonly isolations?: readonly Isolation[];
  /** Where it depends on the isolation, one for each. */
  readonly nature: Nature | Readonly<Record<Isolation, Nature>>;
  /** What the plugin may end with besides what its nature says. */
  readonly mayEndAs?: readonly string[];
  /** The moments at which what is called is answered all the same. */
  readonly spares?: readonly Moment[];
  /** How long the host may stand still for it, in ms, where that is more than for others. */
  readonly stallMs?: number;
}

/** A fault of the plugin's own code. */
export interface PluginFault extends Described {
  /**
   * Makes it happen, in the plugin. What it answers is answered in the plugin's place; after `undefined` the plugin
   * goes on as if nothing were.
   */
  readonly inject: (scene: Scene) => unknown;
  /** What is missing of its effect, looked at in the plugin; `undefined` where nothing is. */
  readonly look?: () => string | undefined;
  /** The same of what the host's log has heard of it. */
  readonly listen?: (heard: Heard, trace: Trace, isolation: Isolation) => string | undefined;
}

/** `small`: one that can be filled and made read-only. `cuttable`: one that loses what is not synced. */
export type Disk = "small" | "cuttable";

/** A fault of what surrounds the plugin. */
export interface SurroundingFault extends Described {
  /** Which plugin suffers it. */
  readonly plugin: "file" | "subject";
  /** What the data folder is to be; by default any. */
  readonly disk?: Disk;
  /** Whether it takes what was stored before. */
  readonly losesData?: boolean;
  /** Makes it happen, in the host. @throws {Error} this machine does not let us. */
  readonly begin: (surroundings: Surroundings) => void;
  /** Done again and again while it lasts, for what would pass by itself. */
  readonly hold?: (surroundings: Surroundings) => void;
  /** What is missing of its effect; `undefined` while it is in force and the plugin has met it, and only then. */
  readonly look: (surroundings: Surroundings) => string | undefined | Promise<string | undefined>;
  /** Sets things right again. */
  readonly end: (surroundings: Surroundings) => void;
}

export type Fault = PluginFault | SurroundingFault;

/** The nature of a fault in a kind of isolation. */
export function natureOf({ nature }: Pick<Fault, "nature">, isolation: Isolation): Nature {
  return typeof nature === "string" ? nature : nature[isolation];
}
