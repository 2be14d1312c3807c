/** A Comlink endpoint over a Node `MessagePort`, by its `on("message")`, which is cheaper than its DOM-style events. */
import type { Endpoint } from "comlink";
import type { MessagePort, Transferable } from "node:worker_threads";

/** A listener as Comlink passes it. */
type Listener = (event: { readonly data: unknown }) => void;

/**
 * Wraps `port` for Comlink. Comlink never sees the port itself, so that no frame and no finaliser can close it.
 * @param read Judges each message before Comlink sees it: answers what Comlink is to see, `undefined` for nothing.
 */
export function portEndpoint(port: MessagePort, read: (data: unknown) => unknown = (data) => data): Endpoint {
  const listeners = new Set<Listener>();
  port.on("message", (message: unknown) => {
    const data = read(message);
    if (data === undefined) return;
    const event = { data };
    for (const listener of listeners) listener(event);
  });
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer as Transferable[] | undefined),
    addEventListener: (_type, listener) => void listeners.add(listener as unknown as Listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener as unknown as Listener),
  };
}
