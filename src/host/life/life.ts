/** One life of a plugin, whatever carries it: the seam between supervision and the kinds of isolation. */
import type { Endpoint } from "comlink";
import type { LifeData } from "../../contract/protocol.js";
import type { Pulse } from "../../contract/pulse.js";
import type { Isolation } from "../config/config.js";
import type { CpuProfile } from "./cpu-profile.js";

/** Why a life ended against the plan. */
export type EndKind = "crash" | "hang" | "exit" | "memory" | "protocol" | "start-timeout" | "load";

/** Where a plugin's loop was stuck. */
export interface StuckIn {
  /** Its name; `(anonymous)` of one without, the code of a module itself among them. */
  readonly function: string;
  /** Path of its file; as the engine names it where it is none. */
  readonly file: string;
  /** The place in it that was executing, from 1. */
  readonly line: number;
  readonly column: number;
}

/** What is known of an unplanned end. */
export interface LifeEnd {
  readonly kind: EndKind;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
  /** It came without warning: which call was executing may be known no better than by a pulse that is a tick old. */
  readonly isAbrupt?: boolean;
  /** The number of the call that it ends for, where that is known otherwise than by the pulse. */
  readonly culprit?: number;
  /** Where its loop was stuck, where it was and that could be found out. */
  readonly stuckIn?: StuckIn;
  /** Path of its crash report, where one is written. */
  readonly report?: string;
}

/** What a life is started with. */
export interface LifeOptions {
  readonly boot: LifeData;
  /** What is to carry it. */
  readonly isolation: Isolation;
  readonly memoryMb: number;
  /** All that the plugin sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Flags of Node for the carrier. Without any, a thread has those of the host. */
  readonly execArgv: readonly string[];
  /**
   * The carrier ended by itself, or its traffic broke the rules. Called at most once, never before the life has been
   * returned nor after `end`.
   */
  readonly onEnd: (end: LifeEnd) => void;
  /** A line the plugin wrote past its logger. */
  readonly onOutput: (stream: "stdout" | "stderr", line: string) => void;
}

/** Memory of a life in bytes. */
export interface LifeMemory {
  readonly heapBytes: number;
  readonly externalBytes: number;
  /**
   * Of a process: all it holds, native memory and Node itself included, files it has mapped left out where that can be
   * told. What `memoryMb` caps, where it is there.
   */
  readonly residentBytes?: number;
}

/** A running life. */
export interface Life {
  /** Guarded: only admissible frames come out of it, and none after `end`. */
  readonly endpoint: Endpoint;
  readonly pulse: Pulse;
  /** Share of time the plugin's loop was busy since the last call, 0 to 1. */
  utilization(): number;
  /** Whether `memory` can tell; where it cannot, the growth of the process has to stand for it. */
  readonly canMeasure: boolean;
  /** Memory as seen from outside, also while the plugin's loop is blocked; `undefined` when it cannot be told. Never rejects. */
  memory(): Promise<LifeMemory | undefined>;
  /**
   * Looks for about `durationMs` at what the plugin's thread executes, also while its loop is blocked. Resolves soon
   * after that at the latest; with `undefined` where that cannot be told. Never rejects.
   */
  profile?(durationMs: number): Promise<CpuProfile | undefined>;
  /**
   * Ends the carrier. Resolves with true once it is gone, with false when it is not within `limitMs`: it is
   * abandoned then, and `onGone` is called should it go later.
   */
  end(limitMs: number, onGone: () => void): Promise<boolean>;
}

/** A running life to whoever looks at it, and has no part in its end. */
export type WatchedLife = Omit<Life, "end">;

/** Starts a life of one kind of isolation. Throws where there is none to be had: the system may be out of threads. */
export type StartLife = (options: LifeOptions) => Life;
