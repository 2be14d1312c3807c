import type { Life, LifeOptions } from "./life.js";
import { ProcessLife } from "./process-life.js";
import { ThreadLife } from "./thread-life.js";

/** Starts a life of the kind that is asked for. Throws as `StartLife` says. */
export function startLife(options: LifeOptions): Life {
  return options.isolation === "process" ? new ProcessLife(options) : new ThreadLife(options);
}
