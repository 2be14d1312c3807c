import { FileSlots } from "@stockpile/plugin-file";

/** Slots that know whether anything runs in them or waits for one. */
export class CountedSlots extends FileSlots {
  #pending = 0;
  /** The most that ran at a time. */
  most = 0;
  #running = 0;
  /** Hears of each background task that has ended, before whoever waits for it does. */
  onBackground: (answer: unknown) => void = () => {};

  override async run<T>(kind: Parameters<FileSlots["run"]>[0], task: () => Promise<T>): Promise<T> {
    this.#pending += 1;
    try {
      return await super.run(kind, async () => {
        this.#running += 1;
        this.most = Math.max(this.most, this.#running);
        try {
          const answer = await task();
          if (kind === "background") this.onBackground(answer);
          return answer;
        } finally {
          this.#running -= 1;
        }
      });
    } finally {
      this.#pending -= 1;
    }
  }

  /** Ends once nothing runs and nothing waits. Who goes on at once when a task ends has not ended by then. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#pending > 0) quiet = -1;
    }
  }
}
