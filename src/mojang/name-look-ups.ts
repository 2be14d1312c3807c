/**
 * Names, looked up by themselves and in lists, and who waits for the budget. A load of a name is everybody's who asks for
 * it, so it never waits: who has come first is not to decide how long the others wait, and what they are refused.
 */
import type { Category, Clock, Loader, Lookup } from "../host/main.js";
import { askInTurn } from "./ask-in-turn.js";
import { isPlayerName, nameKey } from "./entities/player-name.js";
import type { ProfileId } from "./entities/profile-id.js";
import { loaderFor } from "./loader-for.js";
import type { EntryLoader } from "./loader-for.js";
import { Portions } from "./portions.js";
import type { MojangUpstream } from "./upstream/mojang-upstream.js";
import type { Priority } from "./upstream/priority.js";
import { UpstreamError, upstreamErrorOf } from "./upstream/upstream-error.js";
import type { UpstreamFailure } from "./upstream/upstream-error.js";

/** What {@link NameLookUps} works with. */
export interface NameLookUpsOptions {
  readonly category: Category<ProfileId>;
  readonly load: EntryLoader<ProfileId>;
  readonly upstream: Pick<MojangUpstream, "namesWaitMs" | "unfinished" | "waitForName">;
  readonly clock: Clock;
  /** For how long a list asks Mojang, and waits for the budget, in ms. */
  readonly deadlineMs: number;
}

/** On whose behalf a name is looked up. */
interface NameAsker {
  readonly priority: Priority;
  /** Whether it is a list, which waits for the budget where that is spent, and asks for nothing after its end. */
  readonly isList: boolean;
  /** By when it must have been asked for, on the monotonic clock. */
  readonly endMs: number;
}

/** Of one request for several names, as many are asked for at a time: four pages. */
const NAMES_AT_ONCE = 40;
/** Names that are looked through in one turn of the event loop. */
const PORTION_NAMES = 1_000;
/** Where a load has failed for want of what its asker had, and not of what Mojang has said. */
const OF_ITS_ASKER: ReadonlySet<UpstreamFailure | undefined> = new Set(["budget", "unfinished"]);

/** Looks names up, one by one and in lists. */
export class NameLookUps {
  readonly #options: NameLookUpsOptions;

  constructor(options: NameLookUpsOptions) {
    this.#options = options;
  }

  /**
   * The player of one name.
   * @param key of `nameKey`.
   * @throws {LoadError} where the budget is spent, without waiting for it.
   */
  one(key: string): Promise<Lookup<ProfileId>> {
    return this.#ask(key, { priority: "first", isList: false, endMs: this.#endMs() });
  }

  /**
   * The players of these names, each once, in the order of the names. Names that there are none of, or that are none, are
   * left out. What is in the cache is answered however long the list is; Mojang is asked until the deadline.
   * @throws {UpstreamError} `budget` or `unfinished`, with when what is missing can be asked for.
   */
  async list(names: readonly string[]): Promise<Lookup<ProfileId>[]> {
    const endMs = this.#endMs();
    const keys = await keysOf(names);
    // The game asks for a list of one where somebody has typed a name.
    const priority = keys.length > 1 ? "bulk" : "first";
    const asker = { priority, isList: true, endMs } as const;
    const { answers, failure } = await askInTurn(keys, NAMES_AT_ONCE, (key) => this.#ask(key, asker));
    if (failure === undefined) return answers.filter(({ value }) => value !== undefined);
    throw this.#refusal(failure.error, keys.length - answers.length);
  }

  /** @param missing names, those that are in the cache included where they have not been looked for yet. */
  #refusal(error: unknown, missing: number): unknown {
    const upstream = upstreamErrorOf(error);
    if (upstream === undefined || !OF_ITS_ASKER.has(upstream.failure)) return error;
    const { host, failure } = upstream;
    const retryAfterMs = this.#options.upstream.namesWaitMs(missing);
    const why = failure === "budget" ? "its budget is spent" : "the time of a list is over";
    const reason = `${why}, and ${missing} names are missing: ask again in ${retryAfterMs} ms`;
    return new UpstreamError(host, failure, reason, { retryAfterMs, cause: error });
  }

  #endMs(): number {
    return this.#options.clock.monotonic() + this.#options.deadlineMs;
  }

  /**
   * Asks again where the load was refused for want of budget or time, and this asker could have a token, or waits for one:
   * the load may have been somebody's who is to leave more of it to others, or who was late.
   */
  async #ask(key: string, asker: NameAsker): Promise<Lookup<ProfileId>> {
    const { category, upstream, clock } = this.#options;
    const { priority, isList, endMs } = asker;
    const load = this.#loaderFor(asker);
    for (;;) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- again after it has failed
        return await category.lookup(key, { load });
      } catch (error) {
        const leftMs = endMs - clock.monotonic();
        if (leftMs <= 0 || !OF_ITS_ASKER.has(upstreamErrorOf(error)?.failure)) throw error;
        // oxlint-disable-next-line no-await-in-loop -- somebody else may take the token meanwhile
        if (!(await upstream.waitForName(priority, isList ? leftMs : 0))) throw error;
      }
    }
  }

  #loaderFor({ priority, isList, endMs }: NameAsker): Loader<ProfileId> {
    const { load, upstream, clock, deadlineMs } = this.#options;
    const loader = loaderFor(load, priority);
    if (!isList) return loader;
    return (key, context) => {
      if (clock.monotonic() < endMs) return loader(key, context);
      throw upstream.unfinished(deadlineMs);
    };
  }
}

/** Each of the names once, as they are stored; without those that are none. */
async function keysOf(names: readonly string[]): Promise<string[]> {
  const keys = new Set<string>();
  const portions = new Portions(PORTION_NAMES);
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop -- others have their turn
    await portions.next();
    if (isPlayerName(name)) keys.add(nameKey(name));
  }
  return [...keys];
}
