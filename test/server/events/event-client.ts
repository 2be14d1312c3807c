/** Clients that listen to events, as a program has them that reads, and one that does not. */
import type { ExecutionContext } from "ava";
import { request } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";

/** As many connections as wait to be accepted without one being refused. */
const AT_ONCE = 50;

export interface Received {
  readonly id?: string;
  readonly event?: string;
  readonly data: Record<string, unknown>;
}

/** A client that reads. */
export interface Listener {
  readonly events: () => Received[];
  readonly text: () => string;
  readonly ended: Promise<void>;
  readonly close: () => void;
}

export function listen(
  t: ExecutionContext,
  url: string,
  headers: Record<string, string> = {},
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/api/events`, { headers, agent: false });
    t.teardown(() => outgoing.destroy());
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      if (response.statusCode !== 200) return reject(new Error(`Cannot listen: ${response.statusCode}`));
      t.is(response.headers["content-type"], "text/event-stream; charset=utf-8");
      t.is(response.headers["cache-control"], "no-store");
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", () => {});
      const ended = new Promise<void>((end) => response.on("close", () => end()));
      resolve({ text: () => text, events: () => parse(text), ended, close: () => outgoing.destroy() });
    });
    outgoing.end();
  });
}

/** Many clients that read, of which some connect at a time. */
export async function listenMany(t: ExecutionContext, url: string, count: number): Promise<Listener[]> {
  const listeners: Listener[] = [];
  while (listeners.length < count) {
    const some = Math.min(AT_ONCE, count - listeners.length);
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other
    listeners.push(...(await Promise.all(Array.from({ length: some }, () => listen(t, url)))));
  }
  return listeners;
}

function parse(text: string): Received[] {
  return text
    .split("\n\n")
    .map((block) => Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2))))
    .filter((fields) => "data" in fields)
    .map((fields) => ({ ...fields, data: JSON.parse(String(fields["data"])) }) as Received);
}

/** A client that asks for events and reads nothing more than the head. */
export async function stall(t: ExecutionContext, port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  t.teardown(() => socket.destroy());
  socket.on("error", () => {});
  socket.write("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  return socket;
}
