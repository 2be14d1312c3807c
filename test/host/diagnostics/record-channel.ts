import type { TracingChannel } from "node:diagnostics_channel";
import type { ExecutionContext } from "ava";

/** What subscribers of a channel were told, in order: the event's name and the message. */
export type Recorded<Message> = readonly (readonly [event: string, message: Message])[];

/** Subscribes to all events of a channel until the test ends. Channels are the process's: tests that do are serial. */
export function recordChannel<Message extends object>(
  t: ExecutionContext,
  channel: TracingChannel<unknown, Message>,
): Recorded<Message> {
  const recorded: [string, Message][] = [];
  const note = (event: string) => (message: Message) => void recorded.push([event, message]);
  const subscribers = {
    start: note("start"),
    end: note("end"),
    asyncStart: note("asyncStart"),
    asyncEnd: note("asyncEnd"),
    error: note("error"),
  };
  channel.subscribe(subscribers);
  t.teardown(() => channel.unsubscribe(subscribers));
  return recorded;
}
