/**
 * Watches the memory of one life against its soft cap.
 *
 * While the plugin's loop turns, the pulse brings its figures. While it is blocked, the figures are fetched from
 * outside where Node can (`worker.getHeapStatistics`, Node 22.23 and 24); elsewhere the growth of the whole process
 * since the loop last turned stands for them, less what the host's own heap grew. That errs towards blaming the
 * plugin that blocks: it is replaced, nothing more.
 */
import type { Pulse } from "../../contract/pulse.js";
import type { LifeMemory, WatchedLife } from "../life/life.js";

const MB = 1024 * 1024;
/** How often a loop that turns is measured from outside, in checks: about twice a second. */
const CHECKS_PER_MEASUREMENT = 10;

export class MemoryWatch {
  readonly #life: WatchedLife;
  readonly #limitBytes: number;
  #latest: LifeMemory = { heapBytes: 0, externalBytes: 0 };
  /** As last seen from outside. */
  #measured: LifeMemory = this.#latest;
  #isAsking = false;
  #checks = 0;
  /** Memory of the process beside the host's heap when the loop was last seen turning. */
  #processBytes = 0;

  constructor(life: WatchedLife, memoryMb: number) {
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

  /** The loop has turned: its own figures are fresh. Answers whether they, or those from outside, are over the cap. */
  checkPulse(): boolean {
    const told = ofPulse(this.#life.pulse);
    this.#checks += 1;
    if (!this.#life.canMeasure) this.#processBytes = otherProcessBytes();
    else if (this.#isDoubtful(told)) this.#ask();
    this.#latest = this.#whatCounts(told);
    return this.#isOver();
  }

  /** Whether what a plugin tells of itself is to be compared with what is seen from outside. */
  #isDoubtful({ residentBytes }: LifeMemory): boolean {
    // The pulse is the plugin's to write, so that it is compared now and then whatever it says.
    if (this.#checks % CHECKS_PER_MEASUREMENT === 0 || this.#isTooMuch(this.#measured)) return true;
    if (residentBytes === undefined) return false;
    return this.#measured.residentBytes === undefined || residentBytes > this.#limitBytes;
  }

  /** Which figure counts: the plugin's own, unless what was last seen from outside is over the cap. */
  #whatCounts(told: LifeMemory): LifeMemory {
    if (this.#isTooMuch(this.#measured)) return this.#measured;
    if (told.residentBytes === undefined) return told;
    // What a process tells of may be files it has mapped, which count for nobody: from outside they can be left out.
    const { residentBytes: seenBytes = Infinity } = this.#measured;
    return { ...told, residentBytes: Math.min(told.residentBytes, seenBytes) };
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
    if (memory === undefined) return;
    this.#latest = memory;
    this.#measured = memory;
  }

  #estimate(): void {
    const { heapBytes, externalBytes } = this.#life.pulse;
    const grownBytes = Math.max(0, otherProcessBytes() - this.#processBytes);
    this.#latest = { heapBytes: heapBytes + grownBytes, externalBytes };
  }

  #isOver(): boolean {
    return this.#isTooMuch(this.#latest);
  }

  #isTooMuch(memory: LifeMemory): boolean {
    return used(memory) > this.#limitBytes;
  }
}

function ofPulse({ heapBytes, externalBytes, residentBytes }: Pulse): LifeMemory {
  return residentBytes === 0 ? { heapBytes, externalBytes } : { heapBytes, externalBytes, residentBytes };
}

/** What counts against the cap: of a process all it holds, of a thread what can be told to be its own. */
function used({ heapBytes, externalBytes, residentBytes }: LifeMemory): number {
  return residentBytes ?? heapBytes + externalBytes;
}

function otherProcessBytes(): number {
  const { rss, heapTotal, external } = process.memoryUsage();
  return rss - heapTotal - external;
}
