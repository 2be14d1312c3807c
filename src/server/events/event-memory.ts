/** What has happened of late, for listeners that come back. */
import type { FeedEvent } from "./feed-event.js";

/** What has happened since an event. */
export interface Missed {
  /** Those that are remembered, in the order they came. */
  readonly events: readonly FeedEvent[];
  /** Whether these are all there were. */
  readonly isWhole: boolean;
}

/** Events of a kind: many times what happens while one reconnects. */
const MAX_REMEMBERED = 256;

/**
 * Remembers the last events. Entries are remembered apart from all others: there may be hundreds of them in a second,
 * and none is as important as a plugin that has failed.
 */
export class EventMemory {
  readonly #entries = new LastEvents();
  readonly #others = new LastEvents();

  add(event: FeedEvent): void {
    (event.type === "entry" ? this.#entries : this.#others).add(event);
  }

  /** @param number of an event that has been added, whether it is remembered or not. */
  since(number: number): Missed {
    const kinds = [this.#entries, this.#others];
    return {
      events: kinds.flatMap((kind) => kind.since(number)).toSorted((a, b) => a.number - b.number),
      isWhole: kinds.every(({ forgotten }) => forgotten <= number),
    };
  }
}

class LastEvents {
  readonly #events: FeedEvent[] = [];
  /** The number of the newest event that is not remembered any more. */
  forgotten = 0;

  add(event: FeedEvent): void {
    if (this.#events.push(event) > MAX_REMEMBERED) this.forgotten = this.#events.shift()?.number ?? 0;
  }

  since(number: number): FeedEvent[] {
    return this.#events.filter((event) => event.number > number);
  }
}
