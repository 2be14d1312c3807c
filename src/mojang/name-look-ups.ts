/**
 * Names, looked up by themselves and in lists, and who waits for the budget. A load of a name is everybody's who asks for
 * it, so it never waits: who has come first is not to decide how long the others wait, and what they are refused.
 */
import type { Category, Clock, Lookup } from "../host/main.js";
import { askInTurn } from "./ask-in-turn.js";
import type { ProfileId } from "./entities/profile-id.js";
import { loaderFor } from "./loader-for.js";
import type { EntryLoader } from "./loader-for.js";
import type { MojangUpstream } from "./upstream/mojang-upstream.js";
import type { Priority } from "./upstream/priority.js";
import { UpstreamError, upstreamErrorOf } from "./upstream/upstream-error.js";

/** What {@link NameLookUps} works with. */
export interface NameLookUpsOptions {
  readonly category: Category<ProfileId>;
  readonly load: EntryLoader<ProfileId>;
  readonly upstream: MojangUpstream;
  readonly clock: Clock;
  /** For how long a list waits for the budget, in ms. */
  readonly deadlineMs: number;
}

/** On whose behalf a name is looked up. */
interface NameAsker {
  readonly priority: Priority;
  /** Whether to wait for the budget, where it is spent. */
  readonly isPatient: boolean;
  /** By when it must have been asked for, on the monotonic clock. */
  readonly endMs: number;
}

/** Of one request for several names, as many are asked for at a time: four pages. */
const NAMES_AT_ONCE = 40;

/** Keys are those of `nameKey`. */
export class NameLookUps {
  readonly #options: NameLookUpsOptions;

  constructor(options: NameLookUpsOptions) {
    this.#options = options;
  }

  /**
   * The player of one name.
   * @throws {LoadError} where the budget is spent, without waiting for it.
   */
  one(key: string): Promise<Lookup<ProfileId>> {
    return this.#ask(key, { priority: "first", isPatient: false, endMs: this.#endMs() });
  }

  /**
   * The players of these names, in their order, without those that there are none of.
   * @param keys each once.
   * @throws {UpstreamError} `budget`, with when what is missing can be asked for.
   */
  async list(keys: readonly string[]): Promise<Lookup<ProfileId>[]> {
    // The game asks for a list of one where somebody has typed a name.
    const priority = keys.length > 1 ? "bulk" : "first";
    const asker = { priority, isPatient: true, endMs: this.#endMs() } as const;
    const { answers, failure } = await askInTurn(keys, NAMES_AT_ONCE, (key) => this.#ask(key, asker));
    if (failure === undefined) return answers.filter(({ value }) => value !== undefined);
    const upstream = upstreamErrorOf(failure.error);
    if (upstream?.failure !== "budget") throw failure.error;
    const missing = keys.length - answers.length;
    const retryAfterMs = this.#options.upstream.namesWaitMs(missing);
    const reason = `its budget is spent, and ${missing} names are missing, for ${retryAfterMs} ms more`;
    throw new UpstreamError(upstream.host, "budget", reason, { retryAfterMs, cause: failure.error });
  }

  #endMs(): number {
    return this.#options.clock.monotonic() + this.#options.deadlineMs;
  }

  /**
   * Asks again where the budget has refused the load and this asker could have a token, or waits for one: the load may
   * have been somebody's who is to leave more of it to others.
   */
  async #ask(key: string, { priority, isPatient, endMs }: NameAsker): Promise<Lookup<ProfileId>> {
    const { category, load, upstream, clock } = this.#options;
    const loader = loaderFor(load, priority);
    for (;;) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- again after it has failed
        return await category.lookup(key, { load: loader });
      } catch (error) {
        const leftMs = endMs - clock.monotonic();
        if (leftMs <= 0 || upstreamErrorOf(error)?.failure !== "budget") throw error;
        // oxlint-disable-next-line no-await-in-loop -- somebody else may take the token meanwhile
        if (!(await upstream.waitForName(priority, isPatient ? leftMs : 0))) throw error;
      }
    }
  }
}
