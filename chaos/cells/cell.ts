/** One field of the matrix: which fault, in which kind of isolation, when, and under how much load. */

/** What a plugin may run in. */
export const ISOLATIONS = ["thread", "process"] as const;
export type Isolation = (typeof ISOLATIONS)[number];

/** When in the life of a plugin a fault happens, in the order of a life. */
export const MOMENTS = [
  "load",
  "initialise",
  "open",
  "get",
  "put",
  "purge",
  "scan",
  "close",
  "idle",
] as const;
export type Moment = (typeof MOMENTS)[number];

/** Who calls meanwhile: `quiet` is one caller that pauses, `busy` are 64 at once. */
export const LOADS = ["quiet", "busy"] as const;
export type Load = (typeof LOADS)[number];

export interface Cell {
  /** A key of the table of faults. */
  readonly fault: string;
  readonly isolation: Isolation;
  readonly moment: Moment;
  readonly load: Load;
}

/** What `--only` and reports call it, as in `spin/thread/get/busy`. */
export function cellName({ fault, isolation, moment, load }: Cell): string {
  return [fault, isolation, moment, load].join("/");
}
