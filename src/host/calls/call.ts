/** One call to a backend, from the moment it is made until the worker is done with it. */
import type { StoredEntry } from "../../contract/backend.js";
import type { OperationCode } from "../../contract/call-frames.js";
import type { StockpileError } from "../../contract/errors.js";
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
}

/** What a backend answered: an entry, other data, or nothing. */
export type CallResult = StoredEntry | readonly unknown[] | object | undefined;

/** Hears how the calls of one backend end. Refusals are not heard: they say nothing of the backend. */
export interface CallObserver {
  readonly backendId: string;
  succeeded(resultBytes: number): void;
  failed(error: StockpileError): void;
}

/** A call the worker is not done with. Its promise may have settled long ago: by its deadline. */
export class PendingCall {
  readonly sequence: number;
  readonly request: CallRequest;
  readonly startedAt: number;
  /** How long the caller waits. */
  readonly budgetMs: number;
  readonly resolve: (result: CallResult) => void;
  readonly reject: (error: StockpileError) => void;
  deadline: Deadline | undefined;
  /** When the deadline passed, monotonic; `undefined` while the caller still waits. */
  expiredAt: number | undefined;

  constructor(sequence: number, request: CallRequest, terms: CallTerms) {
    this.sequence = sequence;
    this.request = request;
    this.startedAt = terms.startedAt;
    this.budgetMs = terms.budgetMs;
    this.resolve = terms.resolve;
    this.reject = terms.reject;
  }
}

/** When a call began, how long it may take, and how it settles. */
export interface CallTerms {
  readonly startedAt: number;
  readonly budgetMs: number;
  readonly resolve: (result: CallResult) => void;
  readonly reject: (error: StockpileError) => void;
}
