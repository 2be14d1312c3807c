import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What waits for the end of each connection, which is told to all of it by one listener. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back, later, once a client has taken its answer or is gone. `close` alone will not do: before Node 24 that a
 * connection has ended is not told to the responses that wait behind another in it.
 */
export function whenOver(reply: ServerResponse, callback: () => void): void {
  const { socket } = reply.req;
  if (reply.closed || socket.closed) {
    queueMicrotask(callback);
    return;
  }
  const ends = waiting.get(socket) ?? listenTo(socket);
  const end = (): void => {
    if (ends.delete(end)) callback();
  };
  ends.add(end);
  reply.once("close", end);
}

function listenTo(socket: Socket): Set<() => void> {
  const ends = new Set<() => void>();
  waiting.set(socket, ends);
  socket.once("close", () => {
    for (const end of ends) end();
  });
  return ends;
}
