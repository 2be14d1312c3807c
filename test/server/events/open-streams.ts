/** Streams of events without a server around them. */
import type { ExecutionContext } from "ava";
import { Hono } from "hono";
import { pino } from "pino";

import { Stockpile } from "../../../src/host/main.js";
import { EventFeed } from "../../../src/server/events/event-feed.js";
import { EventStreams } from "../../../src/server/events/event-streams.js";
import type { HttpListenerOptions } from "../../../src/server/http-listener.js";
import type { ServerEnv } from "../../../src/server/server-env.js";
import { FakeClock } from "../../support/fake-clock.js";
import { listenWith } from "../listen-with.js";

/** Streams on a port of their own, to whose feed the test publishes. */
export async function openStreams(
  t: ExecutionContext,
  { maxListeners = 10, ...options }: Partial<HttpListenerOptions> & { readonly maxListeners?: number } = {},
): Promise<{
  url: string;
  port: number;
  feed: EventFeed;
  streams: EventStreams;
  clock: FakeClock;
  /** Why listeners were dropped. */
  notes: string[];
}> {
  const stockpile = await Stockpile.open({ storage: { plugin: "memory" } });
  t.teardown(() => stockpile.close());
  const clock = new FakeClock();
  const notes: string[] = [];
  const logger = pino(
    { level: "warn" },
    { write: (line) => void notes.push(String(JSON.parse(line).reason)) },
  );
  const feed = new EventFeed({ stockpile, clock });
  const streams = new EventStreams({ feed, clock, logger, maxListeners });
  const app = new Hono<ServerEnv>().get("/api/events", (c) => {
    c.header("cache-control", "no-store");
    return streams.serve(c);
  });
  const { url } = await listenWith(t, app, options);
  return { url, port: Number(new URL(url).port), feed, streams, clock, notes };
}
