/** What headers tell of an answer: its age, how long it is fresh, and whether it is stale. */
import type { Answer } from "../../mojang/main.js";

/**
 * `Age` and `Cache-Control: max-age` as any cache of HTTP has them: fresh while the age is less. `Cache-Status` (RFC 9211)
 * says the same for a person: whether it was a hit, and for how many seconds more it is fresh; below 0 where it is stale.
 * @param now in ms since the epoch.
 */
export function answerHeaders(
  { source, stale, storedAt, expiresAt }: Answer<unknown>,
  now: number,
): Record<string, string> {
  const headers: Record<string, string> = { "x-stockpile-source": source };
  if (stale) headers["x-stockpile-stale"] = "true";
  if (storedAt === undefined || expiresAt === undefined) return headers;
  const leftSeconds = Math.floor((expiresAt - now) / 1000);
  const how = source === "loader" ? "fwd=miss; stored" : "hit";
  return {
    ...headers,
    age: String(Math.max(0, Math.floor((now - storedAt) / 1000))),
    "cache-control": `max-age=${Math.max(0, Math.floor((expiresAt - storedAt) / 1000))}`,
    "cache-status": `Stockpile; ${how}; ttl=${leftSeconds}`,
  };
}

/** Of several answers that are sent as one, the one that is fresh for the shortest; a stale one before all others. */
export function leastFresh<T extends Answer<unknown>>(answers: readonly T[]): T | undefined {
  let least: T | undefined;
  for (const answer of answers) if (least === undefined || isLess(answer, least)) least = answer;
  return least;
}

function isLess(one: Answer<unknown>, other: Answer<unknown>): boolean {
  if (one.stale !== other.stale) return one.stale;
  return (one.expiresAt ?? Infinity) < (other.expiresAt ?? Infinity);
}
