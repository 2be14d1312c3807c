import { readDuration, type DurationReading } from "./read-duration.js";

/** Reads a duration as `readDuration` does, and refuses 0: it could be read as "none" and as "at once". */
export function readPositiveDuration(value: unknown): DurationReading {
  const reading = readDuration(value);
  return "ms" in reading && reading.ms === 0 ? { expected: "a duration above 0" } : reading;
}
