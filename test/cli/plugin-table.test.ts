import test from "ava";

import { pluginTable } from "../../src/cli/plugin-table.js";
import type { ListedPlugin } from "../../src/cli/plugin-table.js";

const NOW = 1_767_225_600_000;

const REDIS: ListedPlugin = {
  name: "redis",
  metadata: {
    name: "Redis",
    version: "1.2.3",
    authors: ["Jane Doe", "Richard Roe"],
    website: "https://www.example.org/a/long/path/to/the/plugin",
  },
  isolation: "process",
  state: "restarting",
  lives: 4,
  restarts: 3,
  lastFailure: { at: NOW - 90_000, kind: "crash", message: "connect ECONNREFUSED 127.0.0.1:6379" },
};
const FRESH: ListedPlugin = { name: "fresh", state: "starting", lives: 1, restarts: 0 };

const WIDE = { now: NOW, width: undefined, isColoured: false };

function cells(line: string | undefined): string[] {
  return (line ?? "")
    .split("│")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

test("pluginTable() puts each plugin on one line where there is no terminal", (t) => {
  const lines = pluginTable([REDIS, FRESH], WIDE).split("\n");
  t.deepEqual(cells(lines[1]), [
    "Plugin",
    "Name",
    "Version",
    "Authors",
    "Website",
    "Isolation",
    "State",
    "Lives",
    "Restarts",
    "Last failure",
  ]);
  t.deepEqual(cells(lines[3]), [
    "redis",
    "Redis",
    "1.2.3",
    "Jane Doe, Richard Roe",
    "https://www.example.org/a/long/path/to/the/plugin",
    "process",
    "restarting",
    "4",
    "3",
    "crash 90 s ago: connect ECONNREFUSED 127.0.0.1:6379",
  ]);
  t.deepEqual(cells(lines[5]), ["fresh", "-", "-", "-", "-", "-", "starting", "1", "0", "-"]);
  t.is(lines.length, 7);
});

test("pluginTable() shows why a backend did not open before what has ended an earlier life", (t) => {
  const openFailure = `Storage backend "main" did not open: ${"long/".repeat(30)}: process 42 has it`;
  const plugin = { ...REDIS, state: "degraded", backends: [{}, { openFailure }] };
  const lines = pluginTable([plugin, { ...REDIS, backends: [{}] }], WIDE).split("\n");
  t.is(cells(lines[3]).at(-1), openFailure, "to its end");
  t.regex(cells(lines[5]).at(-1) ?? "", /^crash 90 s ago/);
});

test("pluginTable() fits a terminal of 80 columns and loses nothing", (t) => {
  const table = pluginTable([REDIS, FRESH], { ...WIDE, width: 80 });
  for (const line of table.split("\n")) t.true(line.length <= 80, line);
  const columns = table.split("\n").map(cells);
  const about = columns
    .map((row) => row[1])
    .join("")
    .replaceAll(" ", "");
  t.true(about.includes("Redis1.2.3"));
  t.true(about.includes("JaneDoe,RichardRoe"));
  t.true(about.includes("https://www.example.org/a/long/path/to/the/plugin"));
  t.true(about.includes("inaprocess"));
  t.true(
    columns
      .map((row) => row[5])
      .join("")
      .replaceAll(" ", "")
      .includes("connectECONNREFUSED127.0.0.1:6379"),
  );
});

test("pluginTable() shows in which function a plugin was stuck", (t) => {
  const message = `The event loop of the plugin stood still ${"long/".repeat(20)} in stuckHere (shelf.mjs:3:24)`;
  const lines = pluginTable([{ ...REDIS, lastFailure: { at: NOW, kind: "hang", message } }], WIDE).split(
    "\n",
  );
  t.is(cells(lines[3]).at(-1), `hang 0 s ago: ${message}`);
});

test("pluginTable() uses the wide form in a terminal that has room for it", (t) => {
  const wide = pluginTable([REDIS], WIDE);
  t.is(pluginTable([REDIS], { ...WIDE, width: 300 }), wide);
  t.is(pluginTable([REDIS], { ...WIDE, width: wide.indexOf("\n") }), wide);
  t.not(pluginTable([REDIS], { ...WIDE, width: wide.indexOf("\n") - 1 }), wide);
});

test("pluginTable() colours states only when told to", (t) => {
  t.false(pluginTable([REDIS], WIDE).includes("\u001b"));
  t.true(pluginTable([REDIS], { ...WIDE, isColoured: true }).includes("\u001b[33mrestarting\u001b[39m"));
});

test("pluginTable() keeps what a plugin says of itself from driving the terminal", (t) => {
  const evil = "x\u001b[2Jy\r\nz";
  const plugin: ListedPlugin = {
    ...REDIS,
    metadata: { name: evil, version: evil, authors: [evil], website: evil },
    lastFailure: { at: NOW, kind: "crash", message: evil },
  };
  for (const width of [undefined, 80])
    t.notRegex(pluginTable([plugin], { ...WIDE, width }).replaceAll("\n", ""), /\p{Cc}/u);
});

test("pluginTable() tells ages in the unit that fits", (t) => {
  for (const [ageMs, text] of [
    [0, "0 s"],
    [119_000, "119 s"],
    [120_000, "2 min"],
    [7_200_000, "2 h"],
    [172_800_000, "2 d"],
    [-5_000, "0 s"],
  ] as const) {
    const lastFailure = { at: NOW - ageMs, kind: "exit", message: "m" };
    t.true(pluginTable([{ ...FRESH, lastFailure }], WIDE).includes(`exit ${text} ago: m`), text);
  }
});

test("pluginTable() says that there are no plugins", (t) => {
  t.is(pluginTable([], WIDE), "No plugins");
});
