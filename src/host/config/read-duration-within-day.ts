import { readDuration, type DurationReading } from "./read-duration.js";

/** A day, in ms: a longer limit on what a client waits for limits nothing. */
export const DAY_MS = 86_400_000;

/** What such a duration looks like, for messages. */
export const DURATION_WITHIN_DAY_FORM = 'a duration from "1ms" to "1d"';

/** Reads a duration as `readDuration` does, and refuses what is below 1 ms and above a day. */
export function readDurationWithinDay(value: unknown): DurationReading {
  const reading = readDuration(value);
  const isWithin = "ms" in reading && reading.ms >= 1 && reading.ms <= DAY_MS;
  return isWithin ? reading : { expected: DURATION_WITHIN_DAY_FORM };
}
