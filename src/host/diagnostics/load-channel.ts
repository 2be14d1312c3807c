import { tracingChannel, type TracingChannel } from "node:diagnostics_channel";

/** One call of a loader, as subscribers are told of it: the same object from its start to its end. */
export interface LoadMessage {
  readonly category: string;
  /** Of a loader of one key. */
  readonly key?: string;
  /** Of a loader of several. */
  readonly keys?: readonly string[];
  /** From `asyncStart` on, unless it failed: what the loader answered. */
  result?: unknown;
  /** From `error` on: what the loader threw, or what its signal aborted with while it was not back. */
  error?: unknown;
}

/** Tells of each call of a loader, from its beginning until it is back or given up. */
export const loadChannel: TracingChannel<unknown, LoadMessage> = tracingChannel<unknown, LoadMessage>(
  "stockpile:load",
);
