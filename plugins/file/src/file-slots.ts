/** Who wants a slot: what cannot wait, a call that reads, a call that writes, or housekeeping nobody waits for. */
export type SlotKind = "urgent" | "read" | "write" | "background";

/**
 * File operations running at a time. Node's pool has four threads, and everything in the process shares them: the
 * other two stay free for the host, whatever the disk does.
 */
export const MAX_RUNNING = 2;

/**
 * Calls that start while a background task waits before that one does. At the 5,000 calls a second that two slots make
 * this is room for more files than the sweep looks at by default.
 */
const CALLS_PER_BACKGROUND = 8;

/** A task that waits. */
interface Waiting {
  start(): void;
}

/**
 * Lets at most {@link MAX_RUNNING} tasks run at a time; each is to have one file operation under way at most.
 *
 * Reads alone or writes alone get every slot, in the order they came. While both wait, each has one slot: a burst of
 * slow writes does not hold reads up, nor the other way round. Background tasks run one at a time and start while no
 * call waits or, under a load that does not end, after every {@link CALLS_PER_BACKGROUND} calls. An urgent task starts
 * before all that wait: it is to be a rare and small one.
 */
export class FileSlots {
  readonly #waiting: Readonly<Record<SlotKind, Waiting[]>> = {
    urgent: [],
    read: [],
    write: [],
    background: [],
  };
  readonly #running: Record<SlotKind, number> = { urgent: 0, read: 0, write: 0, background: 0 };
  /** Calls that have started since a background task could have. */
  #callsAhead = 0;

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
    const { urgent, read, write, background } = this.#running;
    if (urgent + read + write + background >= MAX_RUNNING) return;
    const next = this.#choose();
    this.#count(next);
    next.shift()?.start();
  }

  #choose(): Waiting[] {
    const { urgent, read, write, background } = this.#waiting;
    if (urgent.length > 0) return urgent;
    if (this.#callsAhead >= CALLS_PER_BACKGROUND) return background;
    if (read.length > 0 && (write.length === 0 || this.#running.read <= this.#running.write)) return read;
    if (write.length > 0) return write;
    return this.#running.background === 0 ? background : [];
  }

  /** Counts the calls that a background task lets by. One that runs is followed by the next only after it has ended. */
  #count(next: Waiting[]): void {
    const { read, write, background } = this.#waiting;
    if (next === background || background.length === 0 || this.#running.background > 0) this.#callsAhead = 0;
    else if (next === read || next === write) this.#callsAhead += 1;
  }
}
