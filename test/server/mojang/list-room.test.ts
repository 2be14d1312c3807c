import test from "ava";
import type { ExecutionContext } from "ava";
import { connect } from "node:net";
import type { Socket } from "node:net";

import { send } from "../send.js";
import { openMojangServer } from "./open-mojang-server.js";

const PATH = "/profiles/minecraft";
const LARGEST_BYTES = 10_000;
const HEADERS = { "content-type": "application/json" };
/** Of this size, of which a kilobyte is not counted, seventeen leave no room for another. */
const LARGE_BYTES = 9_999;
const MANY = 17;

type Asked = Promise<{ readonly status: number; readonly text: string }>;

async function ask(url: string, body: string): Asked {
  const sent = await send(url, PATH, { method: "POST", body, headers: HEADERS });
  return { status: sent.status, text: sent.body.toString() };
}

const askSmall = (url: string): Asked => ask(url, JSON.stringify(["Dev_Alder"]));
const askLarge = (url: string): Asked => ask(url, JSON.stringify(["Dev_Alder", "x".repeat(9_500)]));

function headOf(length: string): string {
  return `POST ${PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${length}\r\n\r\n`;
}

function openSocket(t: ExecutionContext, port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  t.teardown(() => socket.destroy());
  return socket;
}

/** Once lists hold all their room a large one is refused, and once they are gone it is taken. */
async function isFullUntil(t: ExecutionContext, url: string, end: () => void): Promise<void> {
  let refused = await askLarge(url);
  while (refused.status !== 503) refused = await askLarge(url);
  t.true(refused.text.includes("Cannot take names: expected at most 160000 bytes"), refused.text);
  t.is((await askSmall(url)).status, 200, "a game's list has room");
  t.is((await send(url, "/users/profiles/minecraft/Dev_Birch")).status, 200, "others have room");
  end();
  let taken = await askLarge(url);
  while (taken.status !== 200) taken = await askLarge(url);
  t.true(taken.text.includes("Dev_Alder"), taken.text);
}

for (const [what, begin] of [
  ["say how large they are", `${headOf(`content-length: ${LARGEST_BYTES}`)}${"x".repeat(LARGE_BYTES)}`],
  [
    "do not say how large they are",
    `${headOf("transfer-encoding: chunked")}${LARGE_BYTES.toString(16)}\r\n${"x".repeat(LARGE_BYTES)}\r\n`,
  ],
] as const) {
  test.serial(`lists that ${what} take room for as long as they are held, and no longer`, async (t) => {
    const { url, server } = await openMojangServer(t, { mojang: { maxBulkBytes: LARGEST_BYTES } });
    const sockets = Array.from({ length: MANY }, () => openSocket(t, server.address.port));
    for (const socket of sockets) socket.write(begin);
    await isFullUntil(t, url, () => sockets.forEach((socket) => socket.destroy()));
  });
}

test.serial("lists whose answers wait behind another take room until their connection ends", async (t) => {
  const mojang = { maxBulkBytes: LARGEST_BYTES, deadline: "1m", attemptTimeout: "1m" };
  const { url, server, fake } = await openMojangServer(t, { mojang });
  await askSmall(url);
  await send(url, "/users/profiles/minecraft/Dev_Birch");
  fake.fail("hang");
  const body = JSON.stringify(["x".repeat(LARGE_BYTES - 4)]);
  const login = "GET /session/minecraft/hasJoined?username=x&serverId=1 HTTP/1.1\r\nhost: localhost\r\n\r\n";
  const sockets = [1, 2].map(() => openSocket(t, server.address.port));
  for (const socket of sockets)
    socket.write(login + `${headOf(`content-length: ${body.length}`)}${body}`.repeat(Math.ceil(MANY / 2)));
  await isFullUntil(t, url, () => sockets.forEach((socket) => socket.destroy()));
});

test.serial("lists that announce much and send nothing take no room", async (t) => {
  const { url, server } = await openMojangServer(t, { mojang: { maxBulkBytes: LARGEST_BYTES } });
  for (let count = 0; count < MANY; count += 1)
    openSocket(t, server.address.port).write(headOf(`content-length: ${LARGEST_BYTES}`));
  t.is((await askLarge(url)).status, 200);
});

test.serial("a list takes no more room than lists may have, whatever it says of itself", async (t) => {
  const { url } = await openMojangServer(t, { mojang: { maxBulkBytes: LARGEST_BYTES } });
  t.is((await ask(url, "x".repeat(16 * LARGEST_BYTES + 1))).status, 413);
  t.is((await askLarge(url)).status, 200);
});
