/** Which calls may have ended a life, by the evidence in its pulse. */
import type { Pulse } from "../../contract/pulse.js";
import type { CallChannel } from "../calls/call-channel.js";
import type { PendingCall } from "../calls/call.js";
import type { LifeEnd } from "../life/life.js";

/** Calls looked at when none is known to have been executing. */
const MAX_SUSPECTS = 64;

/**
 * The call whose synchronous part was running, where there is one. A blocked or bloated loop without one is running
 * something a call has left behind, after an `await`: then every call that was begun and has not ended is suspect. A
 * process that ends without warning takes along what it has begun since its last word: every call sent is suspect.
 */
export function findSuspects(
  { kind, culprit, isAbrupt = false }: LifeEnd,
  pulse: Pulse,
  channel: CallChannel,
): readonly PendingCall[] {
  if (culprit !== undefined) return [channel.find(culprit)].filter((call) => call !== undefined);
  const executing = channel.find(pulse.executing);
  if (executing !== undefined) return [executing];
  if (isAbrupt) return channel.begun("all", MAX_SUSPECTS);
  if (kind !== "hang" && kind !== "memory") return [];
  return channel.begun(pulse.received, MAX_SUSPECTS);
}
