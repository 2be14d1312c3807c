/** A Comlink endpoint over anything that carries messages. */
import type { Endpoint } from "comlink";

/** A listener as Comlink passes it. */
type Listener = (event: { readonly data: unknown }) => void;

/** A Comlink endpoint that is handed the messages that arrive. */
export interface MessageEndpoint extends Endpoint {
  /** Treats `message` as having arrived now. */
  deliver(message: unknown): void;
}

/** Judges a message before Comlink sees it: answers what Comlink is to see, `undefined` for nothing. */
export type ReadMessage = (message: unknown) => unknown;

/**
 * Makes an endpoint of a way to post. Comlink never sees what carries the messages, so that no frame and no
 * finaliser can close it.
 * @param post Throws where the message cannot be sent as it is.
 */
export function messageEndpoint(
  post: (message: unknown, transfer: readonly unknown[] | undefined) => void,
  read: ReadMessage = (message) => message,
): MessageEndpoint {
  const listeners = new Set<Listener>();
  return {
    deliver: (message) => {
      const data = read(message);
      if (data === undefined) return;
      const event = { data };
      for (const listener of listeners) listener(event);
    },
    postMessage: (message, transfer) => post(message, transfer),
    addEventListener: (_type, listener) => void listeners.add(listener as Listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener as Listener),
  };
}
