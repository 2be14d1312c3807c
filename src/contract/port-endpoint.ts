/** A Comlink endpoint over a Node `MessagePort`, by its `on("message")`, which is cheaper than its DOM-style events. */
import type { Endpoint } from "comlink";
import type { MessagePort, Transferable } from "node:worker_threads";

/** A listener as Comlink passes it. */
type Listener = (event: { readonly data: unknown }) => void;

/**
 * Wraps `port` for Comlink. Comlink never sees the port itself, so that no frame and no finaliser can close it.
 * @param admit Judges each message before Comlink sees it; a refused one is dropped.
 */
export function portEndpoint(port: MessagePort, admit: (data: unknown) => boolean = () => true): Endpoint {
  const listeners = new Set<Listener>();
  port.on("message", (data: unknown) => {
    if (!admit(data)) return;
    const event = { data };
    for (const listener of listeners) listener(event);
  });
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer as Transferable[] | undefined),
    addEventListener: (_type, listener) => void listeners.add(listener as unknown as Listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener as unknown as Listener),
  };
}
