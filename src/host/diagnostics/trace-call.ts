import type { TracingChannel } from "node:diagnostics_channel";

/**
 * Runs a call, and tells the channel's subscribers of it where there are any: `start` and `end` around what it does at
 * once, then `error` if it rejects, `asyncStart` and `asyncEnd`. What is bound to `start` holds throughout the call.
 * @param describe What subscribers are told.
 */
export function traceCall<Message extends object, R>(
  channel: TracingChannel<unknown, Message>,
  describe: () => Message,
  run: () => Promise<R>,
): Promise<R> {
  return channel.hasSubscribers ? channel.tracePromise(run, describe()) : run();
}
