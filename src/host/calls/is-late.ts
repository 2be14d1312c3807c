import type { PendingCall } from "./call.js";

/** Answers whether nobody waits for a call any more; whoever wants to know hears whether it was done all the same. */
export function isLate(call: PendingCall, isDone: boolean): boolean {
  if (call.expiredAt === undefined) return false;
  call.request.onReleased?.(isDone);
  return true;
}
