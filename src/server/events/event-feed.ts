/** What happens to the cache, in one numbered sequence, for whoever listens from outside of the process. */
import type { Clock, FailureEvent, Stockpile } from "../../host/main.js";
import type { MojangCache, MojangEvent } from "../../mojang/main.js";
import { FailureSample } from "./failure-sample.js";

/** What an {@link EventFeed} hears of. */
export interface EventFeedOptions {
  readonly stockpile: Stockpile;
  readonly mojang?: MojangCache | undefined;
  readonly clock: Clock;
}

/** One thing that happened. */
export interface FeedEvent {
  /** Tells it from all others, also from those of an earlier process; as in `mh3x2k1q-17`. */
  readonly id: string;
  /** `plugin`, `reload`, `queue`, `failure` and `entry`, and what else is published. */
  readonly type: string;
  /** JSON data. */
  readonly data: object;
}

/** Events kept for listeners that come back: many times what happens while one reconnects. */
const MAX_REMEMBERED = 256;

/** Hears of everything from its making to its {@link close}. */
export class EventFeed {
  readonly #listeners = new Set<(event: FeedEvent) => void>();
  readonly #remembered: FeedEvent[] = [];
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
    const event: FeedEvent = { id: `${this.#run}-${this.#count}`, type, data };
    if (this.#remembered.push(event) > MAX_REMEMBERED) this.#remembered.shift();
    for (const listener of this.#listeners) listener(event);
  }

  /** Adds a listener; the function returned takes it off again. */
  subscribe(listener: (event: FeedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What has happened since the event of that id; `undefined`: nobody remembers. */
  since(id: string): readonly FeedEvent[] | undefined {
    const index = this.#remembered.findIndex((event) => event.id === id);
    return index === -1 ? undefined : this.#remembered.slice(index + 1);
  }

  /** Hears of nothing more, and tells nobody any more. */
  close(): void {
    for (const stop of this.#stops) stop();
    this.#listeners.clear();
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
