/** The faults a backend is given, and the keys that call for them. */

/** What may go wrong in a call. */
export const FAULTS = [
  "slow",
  "throwing",
  "throwing-nothing",
  "hanging",
  "oversized",
  "spinning",
  "exiting",
  "leaking",
] as const;

export type Fault = (typeof FAULTS)[number];

/** No key of a check begins like this but those that call for faults. */
const PREFIX = "kit fault ";

/** How long a call takes that is slow, in ms: longer than {@link FAULT_CALL_MS}. */
export const SLOW_MS = 2500;
/** `limits.call` of a plugin with faults, in ms: what a healthy backend keeps on a machine that does other work too. */
export const FAULT_CALL_MS = 1000;
/** `limits.hang` of a plugin with faults, in ms. */
export const FAULT_HANG_MS = 1000;
/** `limits.memoryMb` of a plugin with faults, where the suite gives no other. */
export const FAULT_MEMORY_MB = 192;

/** The key that calls for a fault. @param size In MiB, where the fault has one. */
export function faultKey(fault: Fault, size: number = 0): string {
  return `${PREFIX}${fault} ${size}`;
}

/** What a key calls for; `undefined` for any other key. */
export function readFaultKey(key: string): { readonly fault: Fault; readonly size: number } | undefined {
  if (!key.startsWith(PREFIX)) return undefined;
  const [name, size] = key.slice(PREFIX.length).split(" ");
  const fault = FAULTS.find((each) => each === name);
  return fault === undefined ? undefined : { fault, size: Number(size) };
}
