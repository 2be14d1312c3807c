/** Endings that are under way, for whoever has to wait for all of them. */
export class Endings {
  readonly #endings = new Set<Promise<void>>();

  /** @param ending Never rejects. Answers a promise that settles with it. */
  track(ending: Promise<void>): Promise<void> {
    this.#endings.add(ending);
    return ending.finally(() => this.#endings.delete(ending));
  }

  /** Resolves when those of this moment have ended. */
  async all(): Promise<void> {
    await Promise.all(this.#endings);
  }
}
