/** Who wants a slot: a call that reads, a call that writes, or housekeeping nobody waits for. */
export type SlotKind = "read" | "write" | "background";

/**
 * File operations running at a time. Node's pool has four threads, and everything in the process shares them: the
 * other two stay free for the host, whatever the disk does.
 */
export const MAX_RUNNING = 2;

/** A task that waits. */
interface Waiting {
  start(): void;
}

/**
 * Lets at most {@link MAX_RUNNING} tasks run at a time; each is to have one file operation under way at most.
 *
 * Reads alone or writes alone get every slot, in the order they came. While both wait, each has one slot: a burst of
 * slow writes does not hold reads up, nor the other way round. Background tasks run one at a time and start only
 * while no call waits.
 */
export class FileSlots {
  readonly #waiting: Readonly<Record<SlotKind, Waiting[]>> = { read: [], write: [], background: [] };
  readonly #running: Record<SlotKind, number> = { read: 0, write: 0, background: 0 };

  /** Runs the task once a slot is free; settles as the task does. */
  run<T>(kind: SlotKind, task: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const start = (): void => {
        this.#running[kind] += 1;
        const settled = task().finally(() => {
          this.#running[kind] -= 1;
          this.#startNext();
        });
        settled.then(resolve, reject);
      };
      this.#waiting[kind].push({ start });
      this.#startNext();
    });
  }

  #startNext(): void {
    const { read, write, background } = this.#running;
    if (read + write + background >= MAX_RUNNING) return;
    this.#choose().shift()?.start();
  }

  #choose(): Waiting[] {
    const { read, write, background } = this.#waiting;
    if (read.length > 0 && (write.length === 0 || this.#running.read <= this.#running.write)) return read;
    if (write.length > 0) return write;
    return this.#running.background === 0 ? background : [];
  }
}
