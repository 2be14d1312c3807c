/** What can go wrong with a plugin, and what is to come of it. */
import type { Logger } from "@stockpile/core/plugin";
import type { Isolation, Moment } from "../cells/cell.js";

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
 * - `hinders`: calls fail or take too long while it lasts.
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
  | "hinders";

/** What the host of a cell has in hand for a fault of what surrounds the plugin. */
export interface Surroundings {
  /** Where the file plugin keeps its entries. */
  readonly dataFolder: string;
  /** A folder of the cell's own. */
  readonly folder: string;
  /** Moves the host's wall clock by so many ms. */
  readonly jumpClock: (ms: number) => void;
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
}

/** A fault of what surrounds the plugin. */
export interface SurroundingFault extends Described {
  /** Which plugin suffers it. */
  readonly plugin: "file" | "subject";
  /** Whether the data folder is to be a small disk. */
  readonly disk?: "small";
  /** Whether it takes what was stored before. */
  readonly losesData?: boolean;
  /** Makes it happen, in the host. */
  readonly begin: (surroundings: Surroundings) => void;
  /** Sets things right again. */
  readonly end: (surroundings: Surroundings) => void;
}

export type Fault = PluginFault | SurroundingFault;

/** The nature of a fault in a kind of isolation. */
export function natureOf({ nature }: Pick<Fault, "nature">, isolation: Isolation): Nature {
  return typeof nature === "string" ? nature : nature[isolation];
}
