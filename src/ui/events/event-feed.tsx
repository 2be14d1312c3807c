/** What happens, as it happens, the newest first. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { EventStream, FeedItem } from "../data/event-stream.js";
import { useStore } from "../data/store.js";
import { clockText } from "../format.js";
import { eventText } from "./event-text.js";

export function EventFeed({ stream }: { readonly stream: EventStream }): JSX.Element {
  const items = useStore(stream.items);
  const isOpen = useStore(stream.isOpen);
  const [held, setHeld] = useState<readonly FeedItem[]>();
  const shown = held ?? items;
  const waiting = held === undefined ? 0 : items.findIndex(({ number }) => number === (held[0]?.number ?? 0));
  return (
    <div class="card feed">
      <p class="feed-state">
        <span class={isOpen ? "live" : "hint"}>{isOpen ? "Live" : "Connecting…"}</span>
        <button
          type="button"
          aria-pressed={held !== undefined}
          onClick={() => setHeld(held ? undefined : items)}
        >
          {held === undefined ? "Hold" : `Held${waitingText(waiting, items.length)}`}
        </button>
      </p>
      {shown.length === 0 ? (
        <p class="empty">Nothing has happened since this page was opened.</p>
      ) : (
        // Not read out by itself: what matters of it is announced, and the rest may come ten times a second.
        <div class="events" role="log" aria-live="off" aria-label="Events, the newest first" tabIndex={0}>
          <ol>
            {shown.map((item) => (
              <FeedLine key={item.number} item={item} />
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}

function waitingText(waiting: number, count: number): string {
  const more = waiting === -1 ? count : waiting;
  return more === 0 ? "" : `: ${more} more`;
}

function FeedLine({ item }: { readonly item: FeedItem }): JSX.Element {
  const { subject, text, tone } = eventText(item);
  return (
    <li class={`event ${tone}`}>
      <time dateTime={new Date(item.at).toISOString()}>{clockText(item.at)}</time>
      <bdi class="subject">{subject}</bdi>
      <span class="event-text">{text}</span>
    </li>
  );
}
