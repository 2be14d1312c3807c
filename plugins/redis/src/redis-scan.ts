import type { CallContext, ScanPage, ScanQuery } from "@stockpile/core/plugin";
import type { KeySpace } from "./key-space.js";
import { RedisFailure, shortfallOf } from "./redis-failure.js";
import { formatCursor, parseCursor } from "./scan-cursor.js";
import type { ScanPosition } from "./scan-cursor.js";
import type { ServerLink } from "./server-link.js";
import type { Servers } from "./servers.js";
import { settleBy } from "./settle-by.js";

/** Buckets a server looks at for one question, in bounds: half a millisecond, in which it serves nobody else. */
const MIN_BUCKETS = 10;
export const MAX_BUCKETS = 1000;

/** What a reply of `SCAN` says: where to go on, `0` at the end, and what was found. */
export interface ScanReply {
  readonly next: string;
  readonly names: readonly Buffer[];
}

/**
 * One page of a category's keys: one server after the other. It ends early when half of its call's time is over, so it
 * may be short, or empty, and not be the last. Where servers or their slots have changed since the page before, the
 * listing starts over: keys come twice then, and none is left out.
 * @throws {RedisFailure} a server has failed or is out of reach: its keys would be left out.
 */
export async function scanPage(
  { servers, space }: { servers: Servers; space: KeySpace },
  { category, cursor, limit }: ScanQuery,
  { deadline }: CallContext,
): Promise<ScanPage> {
  const started = Date.now();
  const until = started + (deadline - started) / 2;
  const { epoch, masters, missing } = servers;
  if (masters.length === 0 || missing > 0) throw new RedisFailure(actionOf(category), servers.shortfall);
  let position = parseCursor(cursor, epoch);
  const keys: string[] = position.keys.slice(0, limit);
  let rest = position.keys.slice(limit);
  for (
    let asked = 0;
    rest.length === 0 && keys.length < limit && (asked === 0 || Date.now() < until);
    asked += 1
  ) {
    const link = masters[position.server];
    if (link === undefined) break;
    const { next, names } = await scan(link, space.patternOf(category), {
      from: position.next,
      buckets: Math.min(Math.max(limit - keys.length, MIN_BUCKETS), MAX_BUCKETS),
      deadline,
    }).catch((error: unknown) => {
      throw new RedisFailure(actionOf(category), shortfallOf(error, link.address));
    });
    const found = names.map((name) => space.keyWithin(category, name)).filter((key) => key !== undefined);
    const room = limit - keys.length;
    keys.push(...found.slice(0, room));
    rest = found.slice(room);
    position = advance(position, next);
  }
  const isThrough = rest.length === 0 && position.server >= masters.length;
  // Where something has changed meanwhile the next page finds the cursor to be of another epoch, and starts over.
  if (isThrough && servers.epoch === epoch) return { keys };
  const page = position.page + 1;
  return { keys, cursor: formatCursor({ ...position, epoch, page, keys: rest }) };
}

/** Asks a server for the next names that match a pattern. */
export async function scan(
  link: ServerLink,
  pattern: string,
  { from, buckets, deadline }: { from: string; buckets: number; deadline: number },
): Promise<ScanReply> {
  const asked = link.send("scan", [from, "MATCH", pattern, "COUNT", buckets]);
  const reply = await settleBy(asked, deadline, link.address);
  const [next, names] = reply as [Buffer, Buffer[]]; // as Redis describes it
  return { next: next.toString("latin1"), names };
}

function advance(position: ScanPosition, next: string): ScanPosition {
  return next === "0" ? { ...position, next, server: position.server + 1 } : { ...position, next };
}

function actionOf(category: string): string {
  return `scan category "${category}" in Redis`;
}
