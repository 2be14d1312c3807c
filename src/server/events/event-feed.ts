/** What happens to the cache, in one numbered sequence, for whoever listens from outside of the process. */
import type { Clock, FailureEvent, Stockpile } from "../../host/main.js";
import type { MojangCache, MojangEvent } from "../../mojang/main.js";
import { EventMemory } from "./event-memory.js";
import type { Missed } from "./event-memory.js";
import { FailureSample } from "./failure-sample.js";
import type { FeedEvent } from "./feed-event.js";

/** What an {@link EventFeed} hears of. */
export interface EventFeedOptions {
  readonly stockpile: Stockpile;
  readonly mojang?: MojangCache | undefined;
  readonly clock: Clock;
}

/** Hears of everything from its making to its {@link close}. */
export class EventFeed {
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  readonly #memory = new EventMemory();
  readonly #stops: readonly (() => void)[];
  readonly #run: string;
  #count = 0;

  constructor({ stockpile, mojang, clock }: EventFeedOptions) {
    this.#run = clock.now().toString(36);
    const sample = new FailureSample(clock);
    this.#stops = [
      stockpile.on("plugin", (event) => this.publish("plugin", event)),
      stockpile.on("reload", (event) => this.publish("reload", event)),
      stockpile.on("queue", (event) => this.publish("queue", event)),
      ...(mojang === undefined
        ? []
        : [mojang.onEntry((event) => this.publish("entry", describeEntry(event, clock.now())))]),
      stockpile.on("failure", (event) => {
        const passedOver = sample.take();
        if (passedOver !== undefined) this.publish("failure", { ...describeFailure(event), passedOver });
      }),
    ];
  }

  /** Tells every listener, at once. A listener must not throw. */
  publish(type: string, data: object): void {
    this.#count += 1;
    const event: FeedEvent = { id: this.#idOf(this.#count), number: this.#count, type, data };
    this.#memory.add(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** Adds a listener; the function returned takes it off again. */
  subscribe(listener: (event: FeedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What has happened since the event of that id. Of an id that is none of this process's nobody knows. */
  since(id: string): Missed {
    const number = Number(id.slice(id.lastIndexOf("-") + 1));
    const isKnown = number >= 1 && number <= this.#count && id === this.#idOf(number);
    return isKnown ? this.#memory.since(number) : { events: [], isWhole: false };
  }

  /** Hears of nothing more, and tells nobody any more. */
  close(): void {
    for (const stop of this.#stops) stop();
    this.#listeners.clear();
  }

  #idOf(number: number): string {
    return `${this.#run}-${number}`;
  }
}

/** Without the key and without the text, which may have it: who knows a key can read what is under it. */
function describeFailure({ operation, category, error, at }: FailureEvent): object {
  const { code, pluginName: plugin, backendId: backend } = error;
  return { operation, category, code, plugin, backend, at };
}

/**
 * What came from Mojang, for whom and when: names and ids are public. A blacklist of thousands of hashes is told by its
 * size.
 */
function describeEntry(event: MojangEvent, at: number): object {
  switch (event.type) {
    case "PROFILE_ID":
      return { type: event.type, key: event.key, profileId: event.profileId, at };
    case "NAME_HISTORY":
      return { type: event.type, id: event.id, at };
    case "PROFILE":
      return { type: event.type, id: event.id, name: event.profile.name, at };
    default:
      return { type: event.type, hashes: event.hashes.length, at };
  }
}
