/**
 * Work that is done once what is being done has returned, in order. What reads a plugin's frames is held against the
 * plugin while it runs, and how long the host's own log takes is not the plugin's doing.
 */
export class LaterWork {
  #waiting: (() => void)[] = [];

  /** @param work Must not throw. */
  add(work: () => void): void {
    if (this.#waiting.length === 0) queueMicrotask(() => this.flush());
    this.#waiting.push(work);
  }

  /** Does at once what is still to be done. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const work of waiting) work();
  }
}
