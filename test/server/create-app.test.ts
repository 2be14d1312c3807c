/** What the app answers while the server stops, and to a URL that only a client without a URL parser sends. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";

import { Stockpile, systemClock } from "../../src/host/main.js";
import { CacheResource } from "../../src/server/cache-resource.js";
import { CategoryPool } from "../../src/server/category-pool.js";
import { createApp } from "../../src/server/create-app.js";
import { EventFeed } from "../../src/server/events/event-feed.js";
import { EventStreams } from "../../src/server/events/event-streams.js";
import { FigureHistory } from "../../src/server/history/figure-history.js";
import { RequestMetrics } from "../../src/server/metrics/request-metrics.js";
import { serverConfigSchema } from "../../src/server/server-config.js";
import { listenWith } from "./listen-with.js";
import { openServer } from "./open-server.js";
import { errorOf, send, sendRaw } from "./send.js";

async function openClosing(t: ExecutionContext): Promise<string> {
  const stockpile = await Stockpile.open({ storage: { plugin: "memory" } });
  t.teardown(() => stockpile.close());
  const categories = new CategoryPool(stockpile, 10);
  const feed = new EventFeed({ stockpile, clock: systemClock });
  const logger = pino({ level: "silent" });
  const app = createApp({
    cache: new CacheResource({ categories, clock: systemClock, maxBodyBytes: 1000 }),
    stockpile,
    categories,
    events: new EventStreams({ feed, clock: systemClock, logger, maxListeners: 10 }),
    history: new FigureHistory({ stockpile, clock: systemClock }),
    config: serverConfigSchema.parse({}),
    liveConfig: () => serverConfigSchema.parse({}),
    logger,
    clock: systemClock,
    isStopping: () => true,
    isClosing: () => true,
    isLoopbackOnly: () => true,
    token: () => undefined,
    hasOpenWrites: () => true,
    metrics: new RequestMetrics(),
    certificateExpiresAt: () => undefined,
  });
  return (await listenWith(t, app)).url;
}

test("a server that stops is alive and not ready, and still tells its health", async (t) => {
  const url = await openClosing(t);
  const alive = await send(url, "/livez");
  t.is(alive.status, 200);
  t.is(alive.headers.connection, "close");
  t.is((await send(url, "/health")).status, 200);
  const ready = await send(url, "/readyz");
  t.is(ready.status, 503);
  t.deepEqual(JSON.parse(ready.body.toString()), { status: "closing" });
});

test("a server that stops does not serve the cache any more", async (t) => {
  const sent = await send(await openClosing(t), "/cache/player/x");
  t.is(sent.status, 503);
  t.is(errorOf(sent).code, "STOCKPILE_CLOSED");
  t.is(sent.headers["retry-after"], "1");
});

test("a request without Host, as HTTP/1.0 allows, is served on a loopback address", async (t) => {
  const { address } = await openServer(t);
  t.regex(await sendRaw(address.url, "GET /livez HTTP/1.0\r\n\r\n"), /^HTTP\/1\.1 200 /);
});

test("keys that are . and .. are keys like any other, encoded or not", async (t) => {
  const { address } = await openServer(t);
  for (const key of [".", "..", "%2e", "%2E%2e"]) {
    const path = `/cache/player/${key}`;
    t.is((await send(address.url, path, { method: "PUT", body: key })).status, 204, key);
    t.is((await send(address.url, path)).body.toString(), key);
  }
});

for (const [name, target] of [
  ["an absolute URL", "http://localhost/cache/player/x"],
  ["an asterisk", "*"],
  ["bytes that are not ASCII", "/cache/player/\u00e9"],
  ["a fragment", "/cache/player/x#?ttl=1s"],
  ["a backslash", "/cache/player\\x"],
  ["malformed percent-encoding where there is no route", "/%zz"],
]) {
  test(`a target that has or is ${name} is a 400 with a code`, async (t) => {
    const { address } = await openServer(t);
    const bytes = Buffer.from(
      `OPTIONS ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      "latin1",
    );
    t.regex(await sendRaw(address.url, bytes), /^HTTP\/1\.1 400 [^]*STOCKPILE_REQUEST_INVALID/);
  });
}

test("a URL of 8,192 bytes is served, one of more is a 414", async (t) => {
  const { address } = await openServer(t);
  const path = "/cache/player/x?";
  t.is((await send(address.url, path.padEnd(8192, "&"))).status, 404);
  const sent = await send(address.url, path.padEnd(8193, "&"));
  t.is(sent.status, 414);
  t.is(errorOf(sent).code, "STOCKPILE_URL_TOO_LONG");
});
