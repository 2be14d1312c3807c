import { operationName } from "../../contract/call-frames.js";
import type { PendingCall } from "../calls/call.js";

/** Calls of one operation in one category. No key of theirs: what is stored is nobody's business here. */
export interface CallGroup {
  readonly operation: string;
  readonly category: string;
  readonly count: number;
  /** Those of them whose deadline has passed, so that nobody waits for them any more. */
  readonly expired: number;
  /** How long ago the oldest was made, in ms. */
  readonly oldestMs: number;
}

/** Groups told apart at most; calls of further ones are left out. */
const MAX_GROUPS = 100;

/** @param now Monotonic. */
export function groupCalls(calls: Iterable<PendingCall>, now: number): CallGroup[] {
  const groups = new Map<string, CallGroup>();
  for (const { request, startedAt, expiredAt } of calls) {
    const { operation, category } = request;
    const id = `${operation} ${category}`;
    const known = groups.get(id);
    if (known === undefined && groups.size === MAX_GROUPS) continue;
    const oldestMs = Math.round(now - startedAt);
    groups.set(id, {
      operation: operationName(operation),
      category,
      count: 1 + (known?.count ?? 0),
      expired: (expiredAt === undefined ? 0 : 1) + (known?.expired ?? 0),
      oldestMs: Math.max(oldestMs, known?.oldestMs ?? 0),
    });
  }
  return [...groups.values()];
}
