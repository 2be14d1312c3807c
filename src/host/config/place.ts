import type { ConfigPath } from "./format-path.js";

/** Where the text of a configuration says something. */
export interface Place {
  /** Its name within the folder; none where the configuration is a single file. */
  readonly file?: string;
  /** From 1; none where the whole file is meant. */
  readonly line?: number;
}

/** A value's place, and those of the values within it, by key or index. */
export interface PlacedNode {
  /** Of an object that several files say, the last of them; none of what holds all files. */
  readonly place: Place | undefined;
  readonly children?: ReadonlyMap<string | number, PlacedNode>;
}

/** A key that a file has twice, with its second place. */
export interface Duplicate {
  readonly path: ConfigPath;
  readonly place: Place | undefined;
}
