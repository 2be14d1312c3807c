/** The server's events, as they come. */
import { addressOf } from "./request.js";
import { Store } from "./store.js";
import type { EventData, EventType } from "./wire.js";

/** An event that has come. */
export type FeedItem = {
  readonly [Type in EventType]: {
    /** Counted here: some events have none of the server's. */
    readonly number: number;
    readonly type: Type;
    readonly data: EventData[Type];
    /** When it happened, where it says so, or else when it came; ms since the epoch. */
    readonly at: number;
  };
}[EventType];

/** Events that are kept to be looked at. */
export const MAX_ITEMS = 200;

/** Until a stream that the server has refused is asked for again; one that was cut comes back by itself. */
const RETRY_MS = 5000;

const TYPES: readonly EventType[] = ["plugin", "reload", "queue", "failure", "entry", "missed", "dropped"];

/** Listens for as long as the page is open. */
export class EventStream {
  /** The newest first. */
  readonly items: Store<readonly FeedItem[]> = new Store<readonly FeedItem[]>([]);
  readonly isOpen: Store<boolean> = new Store(false);
  readonly #onEvent: (item: FeedItem) => void;
  #count = 0;

  /** @param onEvent told of each event. */
  constructor(onEvent: (item: FeedItem) => void) {
    this.#onEvent = onEvent;
  }

  begin(): void {
    const source = new EventSource(addressOf("api/events"));
    source.addEventListener("open", () => this.isOpen.set(true));
    source.addEventListener("error", () => {
      this.isOpen.set(false);
      if (source.readyState === EventSource.CLOSED) window.setTimeout(() => this.begin(), RETRY_MS);
    });
    for (const type of TYPES)
      source.addEventListener(type, ({ data }: MessageEvent<string>) => this.#take(type, data));
  }

  #take(type: EventType, text: string): void {
    const data: unknown = JSON.parse(text);
    this.#count += 1;
    const item = { number: this.#count, type, data, at: timeOf(data) } as FeedItem; // What the server's types say.
    this.items.set([item, ...this.items.value].slice(0, MAX_ITEMS));
    this.#onEvent(item);
  }
}

function timeOf(data: unknown): number {
  if (typeof data === "object" && data !== null && "at" in data && typeof data.at === "number")
    return data.at;
  return Date.now();
}
