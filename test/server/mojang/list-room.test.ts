import test from "ava";
import { connect } from "node:net";

import { send } from "../send.js";
import { openMojangServer } from "./open-mojang-server.js";

const PATH = "/profiles/minecraft";
const LARGEST_BYTES = 100;
/** As many of the largest as are held. */
const MOST = 16;

function ask(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const body = JSON.stringify(["Dev_Alder"]);
  return send(url, PATH, { method: "POST", body, headers: { "content-type": "application/json" } }).then(
    ({ status, body: answer }) => ({ status, text: answer.toString() }),
  );
}

for (const [what, length] of [
  ["says how large it is", `content-length: ${LARGEST_BYTES}`],
  ["does not say how large it is", "transfer-encoding: chunked"],
] as const) {
  test.serial(`lists whose body ${what} take room for as long as they are held, and no longer`, async (t) => {
    const { url, server } = await openMojangServer(t, { mojang: { maxBulkBytes: LARGEST_BYTES } });
    const head = `POST ${PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${length}\r\n\r\n`;
    const sockets = Array.from({ length: MOST }, () => {
      const socket = connect(server.address.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(head);
      t.teardown(() => socket.destroy());
      return socket;
    });
    let refused = { status: 0, text: "" };
    while (refused.status !== 503) refused = await ask(url);
    t.true(refused.text.includes("Cannot take names: expected at most 1600 bytes"), refused.text);
    t.is((await send(url, "/users/profiles/minecraft/Dev_Birch")).status, 200, "others have room");

    for (const socket of sockets) socket.destroy();
    let taken = { status: 0, text: "" };
    while (taken.status !== 200) taken = await ask(url);
    t.true(taken.text.includes("Dev_Alder"), taken.text);
  });
}

test.serial("a list takes no more room than lists may have, whatever it says of itself", async (t) => {
  const { url } = await openMojangServer(t, { mojang: { maxBulkBytes: LARGEST_BYTES } });
  const body = "x".repeat(MOST * LARGEST_BYTES + 1);
  const headers = { "content-type": "application/json" };
  t.is((await send(url, PATH, { method: "POST", body, headers })).status, 413);
  t.is((await ask(url)).status, 200);
});
