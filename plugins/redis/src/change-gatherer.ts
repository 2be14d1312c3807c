import type { EntryKey } from "@stockpile/core/plugin";

/** Keys that are reported at once; the host takes more for "all". */
const MAX_KEYS = 10_000;

/** Gathers the changes that Redis tells of in one turn of the event loop, and reports them as one. */
export class ChangeGatherer {
  readonly #report: (keys: readonly EntryKey[] | "all") => void;
  #keys: EntryKey[] = [];
  #immediate: NodeJS.Immediate | undefined;

  constructor(report: (keys: readonly EntryKey[] | "all") => void) {
    this.#report = report;
  }

  add(keys: readonly EntryKey[]): void {
    for (const key of keys) {
      this.#keys.push(key);
      if (this.#keys.length === MAX_KEYS) this.#flush();
    }
    if (this.#keys.length > 0) this.#immediate ??= setImmediate(() => this.#flush());
  }

  addAll(): void {
    this.#keys = [];
    this.#report("all");
  }

  close(): void {
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    this.#keys = [];
  }

  #flush(): void {
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    const keys = this.#keys;
    this.#keys = [];
    if (keys.length > 0) this.#report(keys);
  }
}
