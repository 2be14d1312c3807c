/** A task for a pool: posts what it is told to on every port it can reach, Piscina's own among them. */
import { MessagePort } from "node:worker_threads";

export default function postOnPorts({ messages = [] }: { readonly messages?: readonly unknown[] }): string {
  // Not in Node's types; a plugin can call it all the same.
  // oxlint-disable-next-line no-underscore-dangle -- its name
  const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles();
  for (const port of handles) {
    if (!(port instanceof MessagePort)) continue;
    for (const message of messages) port.postMessage(message);
  }
  return "done";
}
