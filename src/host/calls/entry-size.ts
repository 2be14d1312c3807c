/** What calls weigh, in bytes: for the caps on what may be under way. */
import type { EntryKey } from "../../contract/backend.js";

/** What a value is expected to weigh before any has been seen, in bytes. */
const FIRST_EXPECTED_BYTES = 1024;
/** Share of the newest value in the expectation of the next. */
const EXPECTATION_WEIGHT = 1 / 8;

/** What the next entry of a backend is expected to weigh, by those it has brought. */
export class ExpectedBytes {
  #perEntry = FIRST_EXPECTED_BYTES;

  get perEntry(): number {
    return this.#perEntry;
  }

  saw(entryBytes: number): void {
    this.#perEntry += Math.ceil((entryBytes - this.#perEntry) * EXPECTATION_WEIGHT);
  }
}

export function sizeOfKeys(keys: readonly EntryKey[]): number {
  return keys.reduce((sum, { key }) => sum + key.length, 0);
}
