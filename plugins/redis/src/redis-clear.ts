import type { CallContext } from "@stockpile/core/plugin";
import type { KeySpace } from "./key-space.js";
import { MAX_BUCKETS, scan } from "./redis-scan.js";
import { RedisFailure, shortfallOf } from "./redis-failure.js";
import type { ServerLink } from "./server-link.js";
import type { Servers } from "./servers.js";
import { OWN_CODES, Shortfall } from "./shortfall.js";

export interface ClearOptions {
  readonly servers: Servers;
  readonly space: KeySpace;
  readonly category: string;
  /** Removes entries by their names; resolves when they are gone. */
  readonly remove: (names: readonly string[]) => Promise<void>;
}

/**
 * Removes the entries of a category, on all servers at once: names are looked for in small steps and removed in small
 * numbers, so that the servers go on serving in between. What was removed stays so when it ends early; another try has
 * that much less to do. It is done only when every server with entries of this prefix has been asked: one out of reach
 * may come back with what it has, or its replica take over with as much.
 * @throws {RedisFailure} it was not done by its deadline, or a server has failed or is out of reach.
 */
export async function clearCategory(options: ClearOptions, { deadline }: CallContext): Promise<void> {
  const { servers, category } = options;
  let epoch: string;
  do {
    ({ epoch } = servers);
    const { masters, missing } = servers;
    if (masters.length === 0 || missing > 0) throw new RedisFailure(actionOf(category), servers.shortfall);
    // All are waited for, so that nothing is removed any more once this has failed.
    const ends = await Promise.allSettled(masters.map((link) => clearServer(link, options, deadline)));
    const failed = ends.find((end) => end.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    // With other servers than before, or fewer, or other slots on them, something may have been passed over.
  } while (epoch !== servers.epoch);
}

async function clearServer(link: ServerLink, options: ClearOptions, deadline: number): Promise<void> {
  const { space, category, remove } = options;
  const pattern = space.patternOf(category);
  try {
    let from = "0";
    let found: readonly string[] = [];
    do {
      if (Date.now() >= deadline) throw new Shortfall("to be done in time", "the deadline", OWN_CODES.late);
      const asked = scan(link, pattern, { from, buckets: MAX_BUCKETS, deadline });
      // What was found is removed while more is looked for; a failure of either does not leave the other under way.
      const [reply, removal] = await Promise.allSettled([asked, remove(found)]);
      if (reply.status === "rejected") throw reply.reason;
      if (removal.status === "rejected") throw removal.reason;
      const { next, names } = reply.value;
      found = names.filter((name) => space.keyWithin(category, name) !== undefined).map(String);
      from = next;
    } while (from !== "0");
    await remove(found);
  } catch (error) {
    if (error instanceof RedisFailure) throw error;
    throw new RedisFailure(actionOf(category), shortfallOf(error, link.address));
  }
}

function actionOf(category: string): string {
  return `clear category "${category}" in Redis`;
}
