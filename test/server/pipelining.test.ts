/** Requests that a client sends before it has the answers to those before. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";

import { openServer, withServerSection } from "./open-server.js";
import { send } from "./send.js";

const EVENTS = "GET /api/events HTTP/1.1\r\nhost: localhost\r\n\r\n";
const LISTENERS = 8;
const MOST = 16;

function openSocket(t: ExecutionContext, port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  t.teardown(() => socket.destroy());
  return socket;
}

/** The status of a stream that is asked for, and given up at once. */
async function statusOfStream(t: ExecutionContext, port: number): Promise<string> {
  const socket = openSocket(t, port);
  socket.write(EVENTS);
  const [chunk] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return chunk.toString("latin1").slice("HTTP/1.1 ".length, "HTTP/1.1 200".length);
}

test("streams of events that wait behind another end with their connection", async (t) => {
  const config = withServerSection({ maxEventListeners: LISTENERS });
  const { address } = await openServer(t, { config });
  const socket = openSocket(t, address.port);
  socket.write(EVENTS.repeat(LISTENERS));
  let refused = await statusOfStream(t, address.port);
  while (refused !== "503") refused = await statusOfStream(t, address.port);
  socket.destroy();
  let taken = await statusOfStream(t, address.port);
  while (taken !== "200") taken = await statusOfStream(t, address.port);
  t.is(taken, "200");
});

test("a connection has 16 requests under way, and is cut with one more", async (t) => {
  const { address } = await openServer(t);
  const socket = openSocket(t, address.port);
  socket.write(EVENTS.repeat(MOST));
  await once(socket, "data");
  t.is((await send(address.url, "/livez")).status, 200);
  t.false(socket.destroyed);
  const closed = once(socket, "close");
  socket.write(EVENTS);
  await closed;
  t.is((await send(address.url, "/livez")).status, 200);
});

test("requests that are answered are not under way any more", async (t) => {
  const { address } = await openServer(t);
  const socket = openSocket(t, address.port);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  const answers = (): number => text.split("HTTP/1.1 200 ").length - 1;
  for (let round = 1; round <= 4; round += 1) {
    socket.write("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(MOST));
    // oxlint-disable-next-line no-await-in-loop -- the next after these
    while (answers() < round * MOST) await once(socket, "data");
  }
  t.is(answers(), 4 * MOST);
});
