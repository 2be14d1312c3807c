import { TransientMap } from "../../transient-map.js";
import type { HeldEntry } from "../held-entry.js";
import type { LeastVersions } from "./least-versions.js";
import type { Lane } from "./write.js";

/** The lanes of a category: one for each key that has a write, and what they will leave behind. */
export class Lanes<T> {
  readonly #lanes = new TransientMap<string, Lane<T>>();
  readonly #leasts: LeastVersions;
  #emptyListeners: (() => void)[] = [];

  constructor(leasts: LeastVersions) {
    this.#leasts = leasts;
  }

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  get(key: string): Lane<T> | undefined {
    return this.#lanes.get(key);
  }

  /** The lane of a key, which is opened where there is none. */
  open(key: string): Lane<T> {
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const lane: Lane<T> = { key, sent: undefined, isUnsettled: false, waiting: undefined, isStalled: false };
    this.#lanes.set(key, lane);
    return lane;
  }

  close(lane: Lane<T>): void {
    this.#lanes.delete(lane.key);
    if (this.#lanes.size > 0) return;
    const listeners = this.#emptyListeners;
    this.#emptyListeners = [];
    for (const listener of listeners) listener();
  }

  /** Resolves when there is none. */
  emptied(): Promise<void> {
    return this.isEmpty ? Promise.resolve() : new Promise((resolve) => this.#emptyListeners.push(resolve));
  }

  /** All there are now; what is opened or closed meanwhile does not matter. */
  all(): Lane<T>[] {
    return [...this.#lanes.values()];
  }

  /** What the key will have once its writes are done; `"absent"` for nothing, `undefined` where only the backend knows. */
  pending(key: string): HeldEntry<T> | "absent" | undefined {
    const lane = this.#lanes.get(key);
    const newest = lane?.waiting ?? lane?.sent;
    if (newest === undefined) return undefined;
    if (newest.isObsolete || newest.isHidden) return "absent";
    const { change, version } = newest;
    // Something newer was refused or dropped, and is not to be passed over.
    if (version < this.#leasts.of(key).present) return "absent";
    if (change.kind === "put") return change.held;
    return change.kind === "purge" ? "absent" : undefined;
  }

  /** The keys that will have a value once all writes are done, and those that will have none. */
  pendingKeys(): { readonly present: ReadonlySet<string>; readonly absent: ReadonlySet<string> } {
    const present = new Set<string>();
    const absent = new Set<string>();
    for (const { key } of this.#lanes.values()) {
      const pending = this.pending(key);
      if (pending !== undefined) (pending === "absent" ? absent : present).add(key);
    }
    return { present, absent };
  }

  /** Whether a key has a write that is to be done and is not under way for the first time. */
  get hasWaiting(): boolean {
    for (const { waiting, sent } of this.#lanes.values()) {
      if (waiting !== undefined || sent?.isOwed === true) return true;
    }
    return false;
  }

  /** How many keys have a write that is owed and is not done. */
  get owed(): number {
    let count = 0;
    for (const { sent, waiting } of this.#lanes.values()) {
      // What waits takes over what the one under way owes only once that has failed.
      if (waiting?.isOwed === true || (sent?.isOwed === true && !sent.isObsolete)) count += 1;
    }
    return count;
  }
}
