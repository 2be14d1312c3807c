import { tracingChannel, type TracingChannel } from "node:diagnostics_channel";

/** One call to a backend, as subscribers are told of it: the same object from its start to its end. */
export interface BackendMessage {
  readonly plugin: string;
  /** The backend's id; absent while the configuration leaves it to a plugin that has not started. */
  readonly backend?: string;
  /** The method of the backend. */
  readonly operation: string;
  readonly category: string;
  /** Of a call for one key. */
  readonly key?: string;
  /** Of a call for several. */
  readonly keys?: readonly string[];
  /** From `asyncStart` on, unless it failed: what the backend answered. Bytes may be a view into a larger buffer. */
  result?: unknown;
  /** From `error` on: what the call rejects with. */
  error?: unknown;
}

/** Tells of each call the cache makes to a backend, those refused at once included. */
export const backendChannel: TracingChannel<unknown, BackendMessage> = tracingChannel<
  unknown,
  BackendMessage
>("stockpile:backend");
