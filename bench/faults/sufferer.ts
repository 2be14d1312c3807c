import type { Fault } from "./misbehave.js";

/** A cache over a backend with a fault: gets a value that only the loader has. */
export type Get = (key: string, load: () => Promise<string>) => Promise<unknown>;

export interface Sufferer {
  readonly name: string;
  /** The npm package that the name begins with, and whose version is shown; ours has none. */
  readonly package?: string;
  /** Opens a cache over a backend with that fault, and answers how one gets a value from it. */
  readonly open: (fault: Fault) => Promise<Get>;
}
