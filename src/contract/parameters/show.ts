import { inspect } from "node:util";

/** A short rendering on one line: parameters may hold anything that can be cloned. */
export function show(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 64, maxArrayLength: 4 });
}

/** What a value is, and nothing of what it holds: it may be a secret, or have one in the wrong place. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === "") return "an empty string";
  return Array.isArray(value) ? "an array" : typeof value;
}
