import type { Check, Way } from "../check.js";
import type { BackendPromises } from "../promises.js";

/** Every way a backend is reached. */
export const WAYS: readonly Way[] = ["direct", "hosted"];

/** Whether a check is worth asking that way of a backend with these promises. */
export function isAsked(
  { ways = WAYS, needs = [], without }: Check,
  way: Way,
  promises: BackendPromises,
): boolean {
  return (
    ways.includes(way) &&
    needs.every((need) => promises[need]) &&
    (without === undefined || !promises[without])
  );
}
