import ms from "ms";

/** The longest duration: 10 years, in ms. Anything longer is a slip of the hand, as in `888888h`. */
export const MAX_DURATION_MS = 315_360_000_000;

/** A decimal number and its unit, nothing between. Digits are bounded so that no precision is lost unseen. */
export const DURATION_PATTERN: RegExp = /^\d{1,15}(?:\.\d{1,9})?(?:ms|s|m|h|d)$/;

/** What a duration looks like, for messages. */
export const DURATION_FORM = 'a duration ("500ms", "10s", "5m", "888h", "7d" or a number of milliseconds)';

/** Fractions of a millisecond are kept to three places: below is noise, such as 1.1 seconds times 1000 yields. */
const PARTS_PER_MS = 1000;

/** A duration in ms, or what was expected in its place. */
export type DurationReading = { readonly ms: number } | { readonly expected: string };

/** Reads a duration without throwing; see `parseDuration` for its forms. */
export function readDuration(value: unknown): DurationReading {
  const durationMs = typeof value === "string" ? readText(value) : value;
  if (typeof durationMs !== "number" || !Number.isFinite(durationMs)) return { expected: DURATION_FORM };
  if (durationMs < 0) return { expected: "a duration of 0 or more" };
  if (durationMs > MAX_DURATION_MS) return { expected: 'a duration of at most 10 years ("3650d")' };
  return { ms: durationMs };
}

function readText(text: string): number | undefined {
  return isDuration(text) ? Math.round(ms(text) * PARTS_PER_MS) / PARTS_PER_MS : undefined;
}

/** The pattern admits a part of what `ms` does. */
function isDuration(text: string): text is ms.StringValue {
  return DURATION_PATTERN.test(text);
}
