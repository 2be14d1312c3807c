/** What a server does between being told to stop and beginning to. */
import test from "ava";
import { once } from "node:events";
import { Agent, get } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { text } from "node:stream/consumers";

import { systemClock } from "../../src/host/main.js";
import type { Clock } from "../../src/host/main.js";
import { openServer, withServerSection } from "./open-server.js";
import { send } from "./send.js";

/** As no other time here. */
const DRAIN_MS = 3_333_333;

/** The system's clock, by which a drain is over when a test says so. */
class HeldClock implements Clock {
  endDrain: () => void = () => undefined;

  now(): number {
    return systemClock.now();
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  schedule(callback: () => void, delayMs: number): () => void {
    if (delayMs !== DRAIN_MS) return systemClock.schedule(callback, delayMs);
    this.endDrain = callback;
    return () => undefined;
  }
}

function sendBy(agent: Agent, url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, resolve).on("error", reject);
  });
}

test("a server that drains serves on, not ready, and ends each connection with its next answer", async (t) => {
  const clock = new HeldClock();
  const { address, close } = await openServer(t, { clock, config: withServerSection({ drain: DRAIN_MS }) });
  const { url } = address;
  await send(url, "/cache/player/x", { method: "PUT", body: "x" });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const before = await sendBy(agent, `${url}/cache/player/x`);
  const { localPort } = before.socket;
  t.is(before.headers.connection, "keep-alive");
  t.is(await text(before), "x");

  const closed = close();
  const during = await sendBy(agent, `${url}/cache/player/x`);
  t.is(during.socket.localPort, localPort);
  t.is(during.statusCode, 200);
  t.is(during.headers.connection, "close");
  t.is(await text(during), "x");
  t.is((await send(url, "/readyz")).status, 503);
  t.is((await send(url, "/livez")).status, 200);

  clock.endDrain();
  await closed;
  await t.throwsAsync(send(url, "/livez"), { code: "ECONNREFUSED" });
});

test("a server that drains has clients of gRPC open another connection for what comes next", async (t) => {
  const clock = new HeldClock();
  const { address, close } = await openServer(t, { clock, config: withServerSection({ drain: DRAIN_MS }) });
  const session = connectHttp2(address.url);
  t.teardown(() => session.destroy());
  await once(session, "remoteSettings");
  const goneAway = once(session, "goaway");
  const closed = close();
  await goneAway;
  t.is((await send(address.url, "/livez")).status, 200, "it drains still");
  clock.endDrain();
  await closed;
});

test("a server that is told not to drain stops at once", async (t) => {
  const { address, close } = await openServer(t, { config: withServerSection({ drain: DRAIN_MS }) });
  await close({ drain: false });
  await t.throwsAsync(send(address.url, "/livez"), { code: "ECONNREFUSED" });
});

test("a server that is not told to drain stops at once", async (t) => {
  const { address, close } = await openServer(t);
  await close();
  await t.throwsAsync(send(address.url, "/livez"), { code: "ECONNREFUSED" });
});
