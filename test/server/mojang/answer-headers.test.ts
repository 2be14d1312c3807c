import test from "ava";

import { LoadError } from "../../../src/host/main.js";
import { UpstreamError } from "../../../src/mojang/main.js";
import type { Answer, UpstreamFailure } from "../../../src/mojang/main.js";
import { answerHeaders, leastFresh, recordHeaders } from "../../../src/server/mojang/answer-headers.js";

const NOW = 1_800_000_000_000;
const HOUR_MS = 3_600_000;

/** Stored an hour ago, and fresh for another. */
function answerOf(differences: Partial<Answer<unknown>> = {}): Answer<unknown> {
  const times = { storedAt: NOW - HOUR_MS, expiresAt: NOW + HOUR_MS };
  return { value: {}, source: "near", stale: false, failures: [], ...times, ...differences };
}

/** Expired an hour ago, and Mojang could not be asked. */
function staleAnswerOf(failure?: UpstreamFailure, status?: number): Answer<unknown> {
  const cause = failure && new UpstreamError("services", failure, "it was so", { status });
  const failures = cause === undefined ? [] : [new LoadError("Cannot load", { cause, operation: "load" })];
  return answerOf({ stale: true, expiresAt: NOW - HOUR_MS, failures });
}

test("answerHeaders() tells age, freshness and where an answer came from", (t) => {
  t.deepEqual(answerHeaders(answerOf(), NOW), {
    "x-stockpile-source": "near",
    age: "3600",
    "cache-control": "max-age=7200",
    "cache-status": "Stockpile; hit; ttl=3600",
  });
  t.is(answerHeaders(answerOf(), NOW - 2 * HOUR_MS)["age"], "0", "a clock that was set back");
  const absent = answerHeaders({ value: undefined, source: "none", stale: false, failures: [] }, NOW);
  t.deepEqual(absent, { "x-stockpile-source": "none" });
});

for (const [what, answer, status] of [
  ["was loaded, where there was none", answerOf({ source: "loader" }), "fwd=miss; stored; ttl=3600"],
  [
    "was loaded, where one had expired",
    answerOf({ source: "loader", hadExpired: true }),
    "fwd=stale; stored; ttl=3600",
  ],
  [
    "is stale because Mojang has failed",
    staleAnswerOf("unavailable", 503),
    "fwd=stale; fwd-status=503; ttl=-3600; detail=unavailable",
  ],
  [
    "is stale because Mojang cannot be reached",
    staleAnswerOf("unreachable"),
    "fwd=stale; ttl=-3600; detail=unreachable",
  ],
  ["is stale because Mojang is slow", staleAnswerOf(), "fwd=stale; ttl=-3600; detail=timeout"],
  ["is stale because the budget is spent", staleAnswerOf("budget"), "hit; ttl=-3600; detail=budget"],
  [
    "is stale because Mojang is left alone after a 429",
    staleAnswerOf("paused", 429),
    "hit; ttl=-3600; detail=paused",
  ],
] as const) {
  test(`Cache-Status says of an answer that it ${what}`, (t) => {
    const headers = answerHeaders(answer, NOW);
    t.is(headers["cache-status"], `Stockpile; ${status}`);
    t.is(headers["x-stockpile-stale"], answer.stale ? "true" : undefined);
  });
}

test("recordHeaders() tells since when a record is as it is, and of no end", (t) => {
  const record = answerOf({ source: "backend", expiresAt: NOW + 9_999 * HOUR_MS });
  t.deepEqual(recordHeaders(record, NOW), {
    "x-stockpile-source": "backend",
    age: "3600",
    "cache-status": "Stockpile; hit",
  });
});

test("leastFresh() takes a stale answer before all others, and then the one that ends first", (t) => {
  const soon = answerOf({ expiresAt: NOW + 1 });
  const stale = answerOf({ stale: true });
  const without: Answer<unknown> = { value: {}, source: "loader", stale: false, failures: [] };
  t.is(leastFresh([answerOf(), soon, without]), soon);
  t.is(leastFresh([answerOf(), stale, soon]), stale);
  t.is(leastFresh([]), undefined);
});
