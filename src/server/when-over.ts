import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

import type { ServerEnv } from "./server-env.js";

/** What waits for the end of each connection, which is told to all of it by one listener. */
const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back once a client has taken its answer, or is gone. That a connection has ended is not told to the responses that
 * wait behind another in it, so the connection is listened to besides.
 */
export function whenOver(
  { incoming: { socket }, outgoing }: ServerEnv["Bindings"],
  callback: () => void,
): void {
  if (isOver(outgoing, socket)) return callback();
  const ends = waiting.get(socket) ?? listenTo(socket);
  const end = (): void => {
    if (ends.delete(end)) callback();
  };
  ends.add(end);
  outgoing.once("close", end);
}

function isOver(outgoing: ServerResponse, socket: Socket): boolean {
  return outgoing.closed || socket.closed;
}

function listenTo(socket: Socket): Set<() => void> {
  const ends = new Set<() => void>();
  waiting.set(socket, ends);
  socket.once("close", () => {
    for (const end of ends) end();
  });
  return ends;
}
