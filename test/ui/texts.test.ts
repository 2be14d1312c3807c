/** What the page says of numbers, charts, categories and events. */
import test from "ava";

import { hitRate, p99MsOf, totalGets } from "../../src/ui/categories/gets-by-source.js";
import type { FeedItem } from "../../src/ui/data/event-stream.js";
import { CURVE_GROUPS } from "../../src/ui/curves/figure-groups.js";
import { summaryOf } from "../../src/ui/curves/summary.js";
import { eventText } from "../../src/ui/events/event-text.js";
import { bytesText, figureText, msText, percentText, spanText } from "../../src/ui/format.js";

test("figures have the three digits that count", (t) => {
  const texts = [0, 0.0004, 0.2134, 1.2345, 21.34, 213.4, 2130, 1_234_567].map(figureText);
  t.deepEqual(texts, ["0", "0", "0.213", "1.23", "21.3", "213", "2,130", "1,234,567"]);
});

test("durations, bytes, shares and spans are said as people say them", (t) => {
  t.deepEqual([0.213, 12.3, 1250, 90_000].map(msText), ["0.213 ms", "12.3 ms", "1.25 s", "90 s"]);
  t.deepEqual([0, 1023, 1024, 13_841_203, 2 ** 30, 2 ** 60].map(bytesText), [
    "0 B",
    "1,023 B",
    "1 KiB",
    "13.2 MiB",
    "1 GiB",
    "1,048,576 TiB",
  ]);
  t.deepEqual([0, 0.9754, 1].map(percentText), ["0%", "97.5%", "100%"]);
  t.deepEqual([-5, 119_000, 120_000, 7_200_000, 172_800_000].map(spanText), [
    "0 s",
    "119 s",
    "2 min",
    "2 h",
    "2 d",
  ]);
});

test("a chart is told in words: now, lowest and highest", (t) => {
  const latency = CURVE_GROUPS.find(({ title }) => title === "Latency");
  if (latency === undefined) return t.fail("There is no such chart");
  const none = [null, null, null];
  const columns = {
    callsPerSecond: none,
    failedPerSecond: none,
    p50Ms: [0.5, null, 0.2],
    p95Ms: [3, 7, null],
    p99Ms: none,
    utilization: none,
    blockedMs: none,
    memoryBytes: none,
  };
  t.is(
    summaryOf(latency, "shelf", { at: [0, 1000, 60_000], columns }),
    "Latency of shelf over the last 60 s: p50 now 0.2 ms, from 0.2 ms to 0.5 ms; p95 no value now, from 3 ms to 7 ms; p99 has no value",
  );
  t.is(summaryOf(latency, "shelf", { at: [], columns: undefined }), "Latency of shelf: nothing measured yet");
});

test("a hit is a get that asked nobody but the cache", (t) => {
  const gets = { near: 5, backend: 2, pending: 1, loader: 4, stale: 1, none: 2, failed: 1 };
  t.is(totalGets(gets), 16);
  t.is(hitRate(gets), 0.5);
  t.is(hitRate({ near: 0, backend: 0, pending: 0, loader: 0, stale: 0, none: 0, failed: 0 }), undefined);
});

test("times are told of gets that had to wait, and none of those that were answered at once", (t) => {
  const getTimes = { backend: { p50Ms: 0.2, p95Ms: 0.9, p99Ms: 1.5 } };
  t.is(p99MsOf(getTimes, "backend"), 1.5);
  for (const source of ["near", "pending", "loader"] as const) t.is(p99MsOf(getTimes, source), undefined);
});

/** Without what the text is not made of. */
function say(type: FeedItem["type"], data: object): object {
  return eventText({ number: 1, at: 0, type, data } as FeedItem);
}

test("events are told as sentences, with how much attention they want", (t) => {
  const failure = { kind: "crash", message: "shut", at: 0 };
  t.deepEqual(say("plugin", { plugin: "redis", state: "restarting", previous: "ready", failure }), {
    subject: "redis",
    text: "ready → restarting. crash: shut",
    tone: "bad",
  });
  t.like(say("plugin", { plugin: "redis", state: "ready", previous: "starting" }), {
    text: "starting → ready",
    tone: "good",
  });
  t.like(say("plugin", { plugin: "redis", state: "degraded", previous: "ready", reason: "its breaker" }), {
    text: "ready → degraded. its breaker",
    tone: "bad",
  });
  t.like(say("reload", { plugin: "redis", isDone: true, elapsedMs: 2000 }), { tone: "good" });
  t.like(say("reload", { plugin: "redis", isDone: false, elapsedMs: 2000, reason: "it threw" }), {
    text: "Goes on with its former life: it threw",
  });
  t.like(say("queue", { plugin: "redis", backend: "redis", state: "queuing", queuedWrites: 1 }), {
    subject: "redis/redis",
    text: "1 write waits",
  });
  t.like(say("queue", { plugin: "redis", state: "full", queuedWrites: 5000 }), {
    text: "5,000 writes wait, and there is no room for another",
  });
  t.like(
    say("failure", { operation: "read", category: "player", code: "STOCKPILE_DEADLINE", passedOver: 3 }),
    {
      subject: "player",
      text: "read failed: STOCKPILE_DEADLINE, after 3 more that are not shown",
    },
  );
  t.like(say("entry", { type: "PROFILE_ID", profileId: { id: "1", name: "Notch" } }), {
    text: "PROFILE_ID Notch",
  });
  t.like(say("entry", { type: "BLACKLIST", hashes: 2300 }), { text: "BLACKLIST 2,300 hashes" });
  t.like(say("missed", {}), { tone: "calm" });
  t.like(say("dropped", { reason: "it did not read" }), {
    text: "The server sends no more: it did not read",
  });
});
