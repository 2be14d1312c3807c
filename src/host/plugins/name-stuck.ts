import { basename } from "node:path";
import type { CpuProfile } from "../life/cpu-profile.js";
import { findStuckFunction } from "../life/find-stuck-function.js";
import type { LifeEnd } from "../life/life.js";

/** The end with the function in which the loop was stuck, in its message too, where a profile names one. */
export function nameStuck(end: LifeEnd, profile: CpuProfile | undefined): LifeEnd {
  const stuckIn = profile === undefined ? undefined : findStuckFunction(profile);
  if (stuckIn === undefined) return end;
  const { function: name, file, line, column } = stuckIn;
  const place = `${name} (${basename(file)}:${line}:${column})`;
  // "has been blocked for 1000 ms in …"
  const words = end.kind === "hang" ? "in" : "while its event loop was blocked in";
  return { ...end, stuckIn, message: `${end.message} ${words} ${place}` };
}
