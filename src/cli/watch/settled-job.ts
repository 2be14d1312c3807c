/**
 * Runs a job once changes have settled: an editor saves a file in several steps, and a build writes several files. The
 * job runs once at a time; what changes while it runs leads to one more run.
 */

/** How long nothing must change, in ms: above the steps of one save, below what a person waits for. */
const QUIET_MS = 100;

export class SettledJob<Change> {
  readonly #run: (changes: readonly Change[]) => Promise<void>;
  #changes: Change[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;

  /** @param run is told what has changed, each once; must not reject. */
  constructor(run: (changes: readonly Change[]) => Promise<void>) {
    this.#run = run;
  }

  /** Something has changed. */
  touch(change: Change): void {
    if (this.#isClosed) return;
    if (!this.#changes.includes(change)) this.#changes.push(change);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), QUIET_MS);
  }

  /** No run begins from now on; resolves when none is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #start(): void {
    // The end of the run looks again.
    if (this.#running !== undefined || this.#changes.length === 0) return;
    const changes = this.#changes.splice(0);
    this.#running = this.#run(changes).finally(() => {
      this.#running = undefined;
      if (!this.#isClosed && this.#changes.length > 0)
        this.#timer = setTimeout(() => this.#start(), QUIET_MS);
    });
  }
}
