import type { StoredEntry } from "../../../contract/backend.js";
import type { HeldEntry } from "../held-entry.js";

/** What is to become of a key's entry in the backend. */
export type Change<T> =
  | { readonly kind: "put"; readonly entry: StoredEntry; readonly held: HeldEntry<T> }
  | { readonly kind: "purge" }
  /** What the backend has is rewritten as expired. */
  | { readonly kind: "expire" };

/** One who waits for a write. */
export interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** One write of a key, until the backend has acknowledged it or it is dropped. */
export interface Write<T> {
  readonly key: string;
  change: Change<T>;
  readonly version: number;
  /** What a loader brought: it is dropped when it fails, and nobody waits for it. */
  readonly isFill: boolean;
  /** Those who have not been told yet. */
  waiters: Waiter[];
  /** Whether it, or something newer, has to be done: somebody was told so, or it took the place of such a write. */
  isOwed: boolean;
  /** Bytes it is counted with in the queue's budget; `undefined` while it is not. */
  countedBytes: number | undefined;
  /** Whether the key was changed elsewhere after it was loaded: it answers no reads any more. */
  isHidden: boolean;
  /** Whether a `clear` came after it: it answers no reads and is not tried again. */
  isObsolete: boolean;
  /** Whether it was done after its deadline, where that is known already. */
  lateOutcome: boolean | undefined;
}

/** The writes of one key: one under way, one waiting at most. */
export interface Lane<T> {
  readonly key: string;
  sent: Write<T> | undefined;
  /** Whether the deadline of the one under way has passed, and it may still be done. */
  isUnsettled: boolean;
  waiting: Write<T> | undefined;
  /** Whether the one waiting does so for the backend to come back, or for another try. */
  isStalled: boolean;
}

/** A write that has not begun. */
export function newWrite<T>(key: string, change: Change<T>, version: number, isFill: boolean): Write<T> {
  return {
    key,
    change,
    version,
    isFill,
    waiters: [],
    isOwed: false,
    countedBytes: undefined,
    isHidden: false,
    isObsolete: false,
    lateOutcome: undefined,
  };
}

/** What a write holds in memory, in bytes. */
export function bytesOf<T>({ change }: Write<T>): number {
  return change.kind === "put" ? change.entry.value.byteLength : 0;
}
