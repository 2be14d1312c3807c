import type { EntryKey } from "../contract/backend.js";
import type { BackendPromises } from "./promises.js";
import type { TestedLife } from "./tested-life.js";

/** How a backend is reached: called in this process, or by a Stockpile whose plugin runs in a thread or process. */
export type Way = "direct" | "hosted";

/** What a check works with. */
export interface CheckContext {
  readonly promises: BackendPromises;
  /** Opens a life on the store of this check; it is closed when the check ends, unless it has been by then. */
  readonly open: () => Promise<TestedLife>;
  /** A key in a category of this check's own. Categories are named from `one` on. */
  readonly at: (key: string, category?: string) => EntryKey;
  /** The name of a category of this check's own. */
  readonly category: (name: string) => string;
}

/** One claim about every backend. */
export interface Check {
  /** The claim, as the title of a test. */
  readonly title: string;
  /** The ways it is worth asking; both where absent. */
  readonly ways?: readonly Way[];
  /** Asked only of backends that promise all of this. */
  readonly needs?: readonly ("persists" | "scan" | "clear")[];
  /** Asked only of backends that do not promise this. */
  readonly without?: "persists";
  readonly run: (context: CheckContext) => Promise<void>;
}
