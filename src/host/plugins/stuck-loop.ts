/** Finds out where the loop of one life is stuck, once for each time it is, and forgets it when the loop turns again. */
import type { CpuProfile } from "../life/cpu-profile.js";
import type { WatchedLife } from "../life/life.js";

/** Share of its limit after which a blocked loop is looked into: most that merely take long are over by then. */
const SUSPICIOUS_SHARE = 0.5;
/** Share of its limit that a profile may take, so that it is done well before the end. */
const PROFILE_SHARE = 0.25;
/** Longest profile, in ms: some fifty stacks. */
const MAX_PROFILE_MS = 500;
/** Profile of a loop that allocates over its cap, in ms: it is ended a fifth of a second later. */
const MEMORY_PROFILE_MS = 100;

/** How often it is tried for one block: a long collection of garbage answers nothing, nor does a Node that cannot. */
const MAX_ATTEMPTS = 3;

/** What the watch sees of a loop. */
export interface LoopState {
  readonly isTurning: boolean;
  readonly blockedMs: number;
  /** How long it may be blocked now. */
  readonly limitMs: number;
  readonly isOverMemory: boolean;
}

export class StuckLoop {
  readonly #life: WatchedLife;
  /** How often it has got stuck: what a profile of an earlier time says is not heard. */
  #times = 0;
  #attempts = 0;
  #isLookingInto = false;
  #profile: CpuProfile | undefined;

  constructor(life: WatchedLife) {
    this.#life = life;
  }

  /** What the loop executes while it is blocked; `undefined` while it turns or that is not known. */
  get profile(): CpuProfile | undefined {
    return this.#profile;
  }

  /** Whether it is being found out at the moment. */
  get isLookingInto(): boolean {
    return this.#isLookingInto;
  }

  look({ isTurning, blockedMs, limitMs, isOverMemory }: LoopState): void {
    if (isTurning) this.#forget();
    else if (this.#isLookingInto || this.#profile !== undefined || this.#attempts === MAX_ATTEMPTS) return;
    else if (isOverMemory) void this.#lookInto(MEMORY_PROFILE_MS);
    else if (blockedMs >= limitMs * SUSPICIOUS_SHARE)
      void this.#lookInto(Math.min(MAX_PROFILE_MS, limitMs * PROFILE_SHARE));
  }

  #forget(): void {
    if (this.#attempts === 0) return;
    this.#attempts = 0;
    this.#isLookingInto = false;
    this.#profile = undefined;
    this.#times += 1;
  }

  async #lookInto(durationMs: number): Promise<void> {
    this.#attempts += 1;
    this.#isLookingInto = true;
    const time = this.#times;
    const profile = await this.#life.profile?.(durationMs);
    if (time !== this.#times) return;
    this.#isLookingInto = false;
    this.#profile = profile;
  }
}
