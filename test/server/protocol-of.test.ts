import test from "ava";
import type { ExecutionContext } from "ava";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

import { onProtocol } from "../../src/server/protocol-of.js";
import type { Protocol } from "../../src/server/protocol-of.js";
import { until } from "../support/until.js";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** A server that tells the protocol of its one connection, and gathers what can be read of that afterwards. */
async function open(
  t: ExecutionContext,
  limitMs = 60_000,
): Promise<{
  client: Socket;
  known: Protocol[];
  received: () => string;
  accepted: () => Socket | undefined;
}> {
  const known: Protocol[] = [];
  let text = "";
  let accepted: Socket | undefined;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted = socket;
    onProtocol(socket, limitMs, (protocol) => {
      known.push(protocol);
      socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.on("error", () => {});
  t.teardown(() => {
    client.destroy();
    accepted?.destroy();
    server.close();
  });
  await once(client, "connect");
  return { client, known, received: () => text, accepted: () => accepted };
}

for (const request of [
  "GET / HTTP/1.1\r\n",
  "PUT /cache/a/b HTTP/1.1\r\n",
  "PRI * HTTP/1.1\r\n",
  "x",
  "\0",
]) {
  test(`what begins with ${JSON.stringify(request)} is HTTP/1.1, to the last byte`, async (t) => {
    const { client, known, received } = await open(t);
    client.write(request);
    await until("the bytes", () => received() === request);
    client.write("more");
    await until("the rest", () => received() === `${request}more`);
    t.deepEqual(known, ["http/1.1"]);
  });
}

test("the preface of HTTP/2 is HTTP/2, byte for byte as it comes", async (t) => {
  const { client, known, received } = await open(t);
  client.setNoDelay();
  for (const byte of PREFACE) {
    t.deepEqual(known, []);
    client.write(byte);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await until("the protocol", () => known.length > 0);
  client.write("settings");
  await until("the bytes", () => received() === `${PREFACE}settings`);
  t.deepEqual(known, ["h2"]);
});

test("a connection that does not tell in time is destroyed", async (t) => {
  const { client, known } = await open(t, 50);
  client.write("PRI * HT");
  await once(client.resume(), "close");
  t.deepEqual(known, []);
});

test("a connection that ends before it has told is destroyed, and so is one that breaks", async (t) => {
  for (const leave of ["end", "resetAndDestroy"] as const) {
    const { client, known, accepted } = await open(t);
    await until("the connection", () => accepted() !== undefined);
    client.write("PR");
    client[leave]();
    await until("its end", () => accepted()?.destroyed);
    t.deepEqual(known, []);
  }
});
