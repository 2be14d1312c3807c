/** One call to a backend, from the moment it is made until the worker is done with it. */
import type { ScanPage, StoredEntry } from "../../contract/backend.js";
import type { OperationCode } from "../../contract/call-frames.js";
import type { StockpileError } from "../../contract/errors.js";
import type { OnReleased } from "./backend-handle.js";
import type { Deadline } from "./deadlines.js";

/** What is asked of a backend. */
export interface CallRequest {
  readonly operation: OperationCode;
  /** The number the backend is open under. */
  readonly handle: number;
  readonly category: string;
  /** The key of a single operation, the keys, pairs or query of another; plain data. */
  readonly subject: unknown;
  /** The entry of a put. */
  readonly entry?: StoredEntry;
  /** Bytes this call takes on its way in and is expected to take on its way back. */
  readonly bytes: number;
  readonly observer: CallObserver;
  /** Called once, after the call has rejected by its deadline, when it is sure whether it was done. Must not throw. */
  readonly onReleased?: OnReleased;
}

/** What a backend answered: an entry, the entries of a `getMany`, the page of a `scan`, or nothing. */
export type CallResult = StoredEntry | readonly (StoredEntry | undefined)[] | ScanPage | undefined;

/** Hears how the calls of one backend end. Refusals are not heard: they say nothing of the backend. */
export interface CallObserver {
  readonly backendId: string | undefined;
  /** @param entryBytes What an entry it brought weighs, on average; 0 where it brought none. */
  succeeded(entryBytes: number): void;
  failed(error: StockpileError): void;
}

/** A call the worker is not done with. Its promise may have settled long ago: by its deadline. */
export class PendingCall {
  readonly request: CallRequest;
  readonly sequence: number;
  /** Monotonic. */
  readonly startedAt: number;
  /** How long the caller waits. */
  readonly budgetMs: number;
  /** When the deadline passed, monotonic; `undefined` while the caller still waits. */
  expiredAt: number | undefined = undefined;
  // Set at once by whoever makes the call.
  declare resolve: (result: CallResult) => void;
  declare reject: (error: StockpileError) => void;
  declare deadline: Deadline;

  constructor(request: CallRequest, sequence: number, startedAt: number, budgetMs: number) {
    this.request = request;
    this.sequence = sequence;
    this.startedAt = startedAt;
    this.budgetMs = budgetMs;
  }
}
