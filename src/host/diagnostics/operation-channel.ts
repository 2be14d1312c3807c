import { tracingChannel, type TracingChannel } from "node:diagnostics_channel";

/** The calls of a category that are told of. `peek` waits for nothing, and `keys` is a call for each page it asks for. */
export type OperationName =
  | "get"
  | "lookup"
  | "getMany"
  | "lookupMany"
  | "has"
  | "refresh"
  | "set"
  | "setMany"
  | "delete"
  | "deleteMany"
  | "clear"
  | "expire";

/** One call of a category, as subscribers are told of it: the same object from its start to its end. */
export interface OperationMessage {
  readonly operation: OperationName;
  readonly category: string;
  /** Of a call for one key. */
  readonly key?: string;
  /** Of a call for several. */
  readonly keys?: readonly string[];
  /**
   * From `asyncStart` on, unless it failed: of `get`, `lookup`, `has` and `refresh` a `Lookup`, of `getMany` and
   * `lookupMany` an array of them in the order of `keys`, of others nothing.
   */
  result?: unknown;
  /** From `error` on: what the call rejects with. */
  error?: unknown;
}

/** Tells of each call of a category, once its arguments are known to be right. */
export const operationChannel: TracingChannel<unknown, OperationMessage> = tracingChannel<
  unknown,
  OperationMessage
>("stockpile:operation");
