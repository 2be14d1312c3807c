/**
 * Watches the memory of one life against its soft cap.
 *
 * While the plugin's loop turns, the pulse brings its figures. While it is blocked, the figures are fetched from
 * outside where Node can (`worker.getHeapStatistics`, Node 22.23 and 24); elsewhere the growth of the whole process
 * since the loop last turned stands for them, less what the host's own heap grew. That errs towards blaming the
 * plugin that blocks: it is replaced, nothing more.
 */
import type { Life, LifeMemory } from "../life/life.js";

const MB = 1024 * 1024;

export class MemoryWatch {
  readonly #life: Life;
  readonly #limitBytes: number;
  #latest: LifeMemory = { heapBytes: 0, externalBytes: 0 };
  #isAsking = false;
  /** Memory of the process beside the host's heap when the loop was last seen turning. */
  #processBytes = 0;

  constructor(life: Life, memoryMb: number) {
    this.#life = life;
    this.#limitBytes = memoryMb * MB;
  }

  /** The figures last known. */
  get latest(): LifeMemory {
    return this.#latest;
  }

  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** The loop has turned: its own figures are fresh. Answers whether they are over the cap. */
  checkPulse(): boolean {
    const { heapBytes, externalBytes } = this.#life.pulse;
    this.#latest = { heapBytes, externalBytes };
    if (!this.#life.canMeasure) this.#processBytes = otherProcessBytes();
    return this.#isOver();
  }

  /** The loop is blocked. Answers, maybe only next time, whether the thread is over the cap. */
  checkBlocked(): boolean {
    if (this.#life.canMeasure) this.#ask();
    else this.#estimate();
    return this.#isOver();
  }

  #ask(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    void this.#measure();
  }

  async #measure(): Promise<void> {
    const memory = await this.#life.memory();
    this.#isAsking = false;
    if (memory !== undefined) this.#latest = memory;
  }

  #estimate(): void {
    const { heapBytes, externalBytes } = this.#life.pulse;
    const grownBytes = Math.max(0, otherProcessBytes() - this.#processBytes);
    this.#latest = { heapBytes: heapBytes + grownBytes, externalBytes };
  }

  #isOver(): boolean {
    return this.#latest.heapBytes + this.#latest.externalBytes > this.#limitBytes;
  }
}

function otherProcessBytes(): number {
  const { rss, heapTotal, external } = process.memoryUsage();
  return rss - heapTotal - external;
}
