/** A Comlink endpoint over a Node `MessagePort`, by its `on("message")`, which is cheaper than its DOM-style events. */
import type { Endpoint } from "comlink";
import type { MessagePort, Transferable } from "node:worker_threads";

/** A listener as Comlink passes it. */
type Listener = (event: { readonly data: unknown }) => void;

/** A Comlink endpoint that can be handed messages by hand. */
export interface PortEndpoint extends Endpoint {
  /** Treats `message` as if the port had brought it now. */
  deliver(message: unknown): void;
}

/**
 * Wraps `port` for Comlink. Comlink never sees the port itself, so that no frame and no finaliser can close it.
 * @param read Judges each message before Comlink sees it: answers what Comlink is to see, `undefined` for nothing.
 */
export function portEndpoint(
  port: MessagePort,
  read: (data: unknown) => unknown = (data) => data,
): PortEndpoint {
  const listeners = new Set<Listener>();
  const deliver = (message: unknown): void => {
    const data = read(message);
    if (data === undefined) return;
    const event = { data };
    for (const listener of listeners) listener(event);
  };
  port.on("message", deliver);
  return {
    deliver,
    postMessage: (message, transfer) => port.postMessage(message, transfer as Transferable[] | undefined),
    addEventListener: (_type, listener) => void listeners.add(listener as Listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener as Listener),
  };
}
