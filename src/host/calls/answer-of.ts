/** What an operation may be answered with. The far side may be hostile: a result of another kind is its fault. */
import type { ScanQuery } from "../../contract/backend.js";
import { Operation } from "../../contract/call-frames.js";
import type { CallRequest, CallResult } from "./call.js";

/** The most items an answer's list may have: entries of a `getMany`, keys of a `scan`; no other has a list. */
export function maxItemsOf({ operation, subject }: CallRequest): number {
  // The host has made these subjects itself; see call-frames.ts.
  if (operation === Operation.getMany) return (subject as readonly unknown[]).length;
  if (operation === Operation.scan) return (subject as ScanQuery).limit;
  return 0;
}

/** Whether a result, as `readReply` makes them, is of the kind that the operation answers. */
export function isAnswerOf(request: CallRequest, result: CallResult): boolean {
  switch (request.operation) {
    case Operation.get:
      return result === undefined || Object.hasOwn(result, "value");
    case Operation.getMany:
      return Array.isArray(result) && result.length === maxItemsOf(request);
    case Operation.scan:
      return result !== undefined && Object.hasOwn(result, "keys");
    default:
      return result === undefined;
  }
}
