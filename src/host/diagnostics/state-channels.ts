import { channel, type Channel } from "node:diagnostics_channel";
import type { PluginEvent, ReloadEvent } from "../plugins/plugin-health.js";
import type { BreakerEvent, FailureEvent, InvalidationEvent, QueueEvent } from "./events.js";

/** Channels that tell what has happened; `publish` does nothing where nobody subscribes. */
export const stateChannels: {
  readonly plugin: Channel<unknown, PluginEvent>;
  readonly reload: Channel<unknown, ReloadEvent>;
  readonly breaker: Channel<unknown, BreakerEvent>;
  readonly queue: Channel<unknown, QueueEvent>;
  readonly failure: Channel<unknown, FailureEvent>;
  readonly invalidation: Channel<unknown, InvalidationEvent>;
} = {
  plugin: open("plugin"),
  reload: open("reload"),
  breaker: open("breaker"),
  queue: open("queue"),
  failure: open("failure"),
  invalidation: open("invalidation"),
};

function open<Message>(name: string): Channel<unknown, Message> {
  // A channel carries what is published on it, and nobody else is to publish on those with our prefix.
  return channel(`stockpile:${name}`) as Channel<unknown, Message>;
}
