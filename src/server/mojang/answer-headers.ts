/** What headers tell of an answer: its age, how long it is fresh, and whether it is stale. */
import { upstreamErrorOf } from "../../mojang/main.js";
import type { Answer, UpstreamFailure } from "../../mojang/main.js";

/** Of these nothing was sent to Mojang. */
const UNSENT: ReadonlySet<UpstreamFailure> = new Set(["budget", "paused", "unfinished", "closed"]);

/**
 * `Age` and `Cache-Control: max-age` as any cache of HTTP has them: fresh while the age is less. `Cache-Status` (RFC 9211)
 * says the same for a person: how it was had, and for how many seconds more it is fresh; below 0 where it is stale.
 * @param now in ms since the epoch.
 */
export function answerHeaders(answer: Answer<unknown>, now: number): Record<string, string> {
  const { source, stale, storedAt, expiresAt } = answer;
  const headers: Record<string, string> = { "x-stockpile-source": source };
  if (stale) headers["x-stockpile-stale"] = "true";
  if (storedAt === undefined || expiresAt === undefined) return headers;
  const leftSeconds = Math.floor((expiresAt - now) / 1000);
  return {
    ...headers,
    age: ageSeconds(storedAt, now),
    "cache-control": `max-age=${Math.max(0, Math.floor((expiresAt - storedAt) / 1000))}`,
    "cache-status": `Stockpile; ${stale ? asStale(answer, leftSeconds) : asFresh(answer, leftSeconds)}`,
  };
}

/**
 * Of what this server has recorded by itself: `Age` since something was last added to it. Nothing says until when it is
 * fresh, since what was seen does not become untrue, and the next may be seen at any time.
 * @param now in ms since the epoch.
 */
export function recordHeaders({ source, storedAt }: Answer<unknown>, now: number): Record<string, string> {
  const headers = { "x-stockpile-source": source, "cache-status": "Stockpile; hit" };
  return storedAt === undefined ? headers : { ...headers, age: ageSeconds(storedAt, now) };
}

/** Of several answers that are sent as one, the one that is fresh for the shortest; a stale one before all others. */
export function leastFresh<T extends Answer<unknown>>(answers: readonly T[]): T | undefined {
  let least: T | undefined;
  for (const answer of answers) if (least === undefined || isLess(answer, least)) least = answer;
  return least;
}

function asFresh({ source, hadExpired }: Answer<unknown>, leftSeconds: number): string {
  const loaded = hadExpired === undefined ? "fwd=miss; stored" : "fwd=stale; stored";
  const how = source === "loader" ? loaded : "hit";
  return `${how}; ttl=${leftSeconds}`;
}

/** No hit, although it came from the cache, where Mojang was asked first. What there is besides says why it is stale. */
function asStale({ failures }: Answer<unknown>, leftSeconds: number): string {
  const upstream = failures.map(upstreamErrorOf).findLast((error) => error !== undefined);
  // Where nothing has failed yet, Mojang is still being waited for.
  const { failure = "timeout", status } = upstream ?? {};
  if (UNSENT.has(failure)) return `hit; ttl=${leftSeconds}; detail=${failure}`;
  const answered = status === undefined ? "" : `; fwd-status=${status}`;
  return `fwd=stale${answered}; ttl=${leftSeconds}; detail=${failure}`;
}

/** A clock set back does not make it negative. */
function ageSeconds(storedAt: number, now: number): string {
  return String(Math.max(0, Math.floor((now - storedAt) / 1000)));
}

function isLess(one: Answer<unknown>, other: Answer<unknown>): boolean {
  if (one.stale !== other.stale) return one.stale;
  return (one.expiresAt ?? Infinity) < (other.expiresAt ?? Infinity);
}
