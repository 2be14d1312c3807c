/** Events as sentences. */
import type { FeedItem } from "../data/event-stream.js";
import { countText, spanText } from "../format.js";

/** How an event is shown. */
export interface EventText {
  /** What it is about, as it is named in the configuration. */
  readonly subject: string;
  readonly text: string;
  /** How much attention it wants. */
  readonly tone: "good" | "bad" | "warn" | "calm";
}

/** Says what has happened. */
export function eventText(item: FeedItem): EventText {
  switch (item.type) {
    case "plugin":
      return pluginText(item.data);
    case "reload":
      return reloadText(item.data);
    case "queue":
      return queueText(item.data);
    case "failure":
      return failureText(item.data);
    case "entry":
      return entryText(item.data);
    case "missed":
      return { subject: "events", text: "Some were missed while the connection was gone", tone: "calm" };
    default:
      return { subject: "events", text: `The server sends no more: ${item.data.reason}`, tone: "warn" };
  }
}

type DataOf<Type extends FeedItem["type"]> = Extract<FeedItem, { readonly type: Type }>["data"];

function pluginText({ plugin, state, previous, failure, reason }: DataOf<"plugin">): EventText {
  const why = failure === undefined ? reason : `${failure.kind}: ${failure.message}`;
  return {
    subject: plugin,
    text: `${previous} → ${state}${why === undefined ? "" : `. ${why}`}`,
    tone: state === "ready" ? "good" : state === "stopped" || state === "starting" ? "calm" : "bad",
  };
}

function reloadText({ plugin, isDone, elapsedMs, reason }: DataOf<"reload">): EventText {
  if (isDone)
    return { subject: plugin, text: `A new life took over after ${spanText(elapsedMs)}`, tone: "good" };
  return {
    subject: plugin,
    text: `Goes on with its former life: ${reason ?? "no reason given"}`,
    tone: "bad",
  };
}

function queueText({ plugin, backend, state, queuedWrites }: DataOf<"queue">): EventText {
  const subject = backend === undefined ? plugin : `${plugin}/${backend}`;
  if (state === "idle") return { subject, text: "No write waits any more", tone: "good" };
  const writes = `${countText(queuedWrites)} ${queuedWrites === 1 ? "write waits" : "writes wait"}`;
  return state === "full"
    ? { subject, text: `${writes}, and there is no room for another`, tone: "bad" }
    : { subject, text: writes, tone: "warn" };
}

function failureText({ operation, category, code, passedOver }: DataOf<"failure">): EventText {
  const others = passedOver > 0 ? `, after ${countText(passedOver)} more that are not shown` : "";
  return { subject: category, text: `${operation} failed: ${code}${others}`, tone: "warn" };
}

function entryText({ type, id, name, hashes, profileId }: DataOf<"entry">): EventText {
  const what = name ?? profileId?.name ?? id ?? (hashes === undefined ? "" : `${countText(hashes)} hashes`);
  return { subject: "mojang", text: `${type} ${what}`.trim(), tone: "calm" };
}
