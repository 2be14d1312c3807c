/** What options of several commands take. */
import { InvalidArgumentError } from "commander";

/** pino's levels, most to least. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** Above it somebody has typed milliseconds. */
const MAX_LIMIT_S = 600;

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("Expected a number from 0 to 65535.");
}

export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && seconds > 0 && seconds <= MAX_LIMIT_S) return seconds;
  throw new InvalidArgumentError(`Expected seconds, above 0 and up to ${MAX_LIMIT_S}.`);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InvalidArgumentError("Expected JSON.");
  }
}
