/** What a host is started with, told, and what it says. */
import type { Cell, Isolation } from "../cells/cell.js";
import type { Observation } from "./observation.js";
import type { Plant } from "../faults/plant.js";
import type { Sample } from "./take-sample.js";

export interface HostInput {
  /** Tells its connection from those of others. */
  readonly token: string;
  /** Of the runner, on this machine. */
  readonly controlPort: number;
  readonly storePort: number;
  /** A folder of its own. */
  readonly folder: string;
  /** What bystanders run in. */
  readonly isolations: readonly Isolation[];
  readonly plant?: Plant;
}

export type HostOrder =
  | { readonly type: "cell"; readonly number: number; readonly cell: Cell; readonly pace: number }
  | { readonly type: "sample" }
  | { readonly type: "end" };

export type HostReport =
  | { readonly type: "ready"; readonly token: string }
  | { readonly type: "seen"; readonly observation: Observation }
  | { readonly type: "sampled"; readonly sample: Sample };
