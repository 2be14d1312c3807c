import test from "ava";

import { eventLine } from "../../../src/cli/remote/event-line.js";

const at = new Date(2026, 0, 2, 3, 4, 5).getTime();
const plugin = "redis";
const ID = "dc2c3e44cee247b3a3515ca0b349226a";
const DASHED = "dc2c3e44-cee2-47b3-a351-5ca0b349226a";

for (const [type, data, line] of [
  ["plugin", { plugin, state: "ready", previous: "starting", at }, "plugin redis is ready, was starting"],
  [
    "plugin",
    { plugin, state: "restarting", previous: "ready", at, failure: { kind: "crash", message: "boom" } },
    "plugin redis is restarting, was ready (crash: boom)",
  ],
  [
    "plugin",
    { plugin, state: "degraded", previous: "ready", at, reason: "the breaker is open" },
    "plugin redis is degraded, was ready (the breaker is open)",
  ],
  ["reload", { plugin, isDone: true, elapsedMs: 5, at }, "a new life of plugin redis has taken over"],
  [
    "reload",
    { plugin, isDone: false, elapsedMs: 5, at, reason: "no" },
    "a new life of plugin redis has not taken over (no)",
  ],
  [
    "queue",
    { plugin, backend: "redis", state: "full", queuedWrites: 7, at },
    "the queue of redis of plugin redis is full, 7 writes wait",
  ],
  [
    "failure",
    { operation: "read", category: "player", code: "STOCKPILE_BACKEND_TIMEOUT", at, passedOver: 3 },
    "read of category player failed quietly (STOCKPILE_BACKEND_TIMEOUT), and 3 more before",
  ],
  [
    "entry",
    { type: "PROFILE_ID", key: { name: "x", at }, profileId: { id: ID, name: "Dev_Alder" } },
    `updated name "Dev_Alder" to profile ${DASHED}`,
  ],
  ["entry", { type: "NAME_HISTORY", id: ID }, `updated name history of profile ${DASHED}`],
  [
    "entry",
    { type: "PROFILE", id: ID, name: "Dev_Alder" },
    `updated profile ${DASHED} (display name: "Dev_Alder")`,
  ],
  ["entry", { type: "BLACKLIST", hashes: 2 }, "updated blacklist (2 hashes)"],
  ["entry", { at, type: "TOMORROW" }, `entry {"at":${at},"type":"TOMORROW"}`],
  ["unheard-of", { at, a: 1 }, `unheard-of {"at":${at},"a":1}`],
  ["constructor", { at }, `constructor {"at":${at}}`],
] as const) {
  test(`eventLine() tells ${type} as "${line}"`, (t) => {
    t.is(eventLine(type, { at, ...data }), `[03:04:05] ${line}`);
  });
}

test("eventLine() tells of whatever a server sends, on one line that does not drive the terminal", (t) => {
  for (const data of [
    "text",
    1,
    null,
    [],
    { at: Number.MAX_VALUE },
    { plugin: 5 },
    { plugin: "\u001b[2J\n" },
  ]) {
    for (const type of ["plugin", "queue", "entry", "x\u001b[31m\n"]) {
      const line = eventLine(type, data);
      t.regex(line, /^\[[\d:?]+\] \S/);
      // oxlint-disable-next-line no-control-regex -- They are what must not be there.
      t.notRegex(line, /[\u0000-\u001f\u007f-\u009f]/);
    }
  }
  t.true(eventLine("plugin", { plugin: "x".repeat(5000) }).length <= 400);
});
