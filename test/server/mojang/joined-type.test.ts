/** What a login's answer is said to be. */
import test from "ava";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { send } from "../send.js";
import { openMojangServer } from "./open-mojang-server.js";

const BODY = `{"id":"${"a".repeat(32)}","name":"<b>x</b>","properties":[]}`;

for (const [type, expected] of [
  ["text/html", "application/json"],
  ["application/json; charset=utf-8", "application/json; charset=utf-8"],
  [undefined, "application/json"],
] as const) {
  test(`an upstream's login that says it is ${type} is handed on as ${expected}`, async (t) => {
    const upstream = createServer((_request, reply) => {
      reply.writeHead(200, type === undefined ? {} : { "content-type": type }).end(BODY);
    }).listen(0, "127.0.0.1");
    await once(upstream, "listening");
    t.teardown(() => {
      upstream.close();
      upstream.closeAllConnections();
    });
    const sessions = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const { url } = await openMojangServer(t, { mojang: { upstream: { services: sessions, sessions } } });
    const sent = await send(url, "/session/minecraft/hasJoined?username=x&serverId=1");
    t.is(sent.headers["content-type"], expected);
    t.is(sent.body.toString(), BODY);
  });
}
