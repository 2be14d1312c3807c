import { loadChannel, type LoadMessage } from "./load-channel.js";

/**
 * Runs a loader, and tells of it where anybody subscribes. Then it ends when `signal` aborts: a loader that is never
 * back would leave its span open.
 */
export function traceLoader<R>(
  subject: LoadMessage,
  signal: AbortSignal,
  load: () => R | Promise<R>,
): R | Promise<R> {
  if (!loadChannel.hasSubscribers) return load();
  return loadChannel.tracePromise(() => untilAborted(signal, load), subject);
}

function untilAborted<R>(signal: AbortSignal, load: () => R | Promise<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    // The executor turns what is thrown into a rejection.
    new Promise<R>((settle) => {
      settle(load());
    })
      .finally(() => signal.removeEventListener("abort", stop))
      .then(resolve, reject);
  });
}
