/** A Comlink endpoint over a Node `MessagePort`, by its `on("message")`, which is cheaper than its DOM-style events. */
import type { MessagePort, Transferable } from "node:worker_threads";
import { messageEndpoint } from "./message-endpoint.js";
import type { MessageEndpoint, ReadMessage } from "./message-endpoint.js";

/**
 * Wraps `port` for Comlink.
 * @param receive Calls `deliver` for a message that has arrived, or does not.
 */
export function portEndpoint(
  port: MessagePort,
  read?: ReadMessage,
  receive: (deliver: () => void) => void = (deliver) => deliver(),
): MessageEndpoint {
  const endpoint = messageEndpoint(
    (message, transfer) => port.postMessage(message, transfer as Transferable[] | undefined),
    read,
  );
  port.on("message", (message) => receive(() => endpoint.deliver(message)));
  return endpoint;
}
