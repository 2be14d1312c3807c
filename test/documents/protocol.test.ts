import { readFileSync } from "node:fs";
import test from "ava";
import type { ExecutionContext } from "ava";
import {
  CALL,
  CALL_COLUMNS,
  Operation,
  RESULT,
  RESULT_COLUMNS,
  Status,
} from "../../src/contract/call-frames.js";
import { MIN_ATTACHED_BYTES } from "../../src/contract/frame-codec.js";
import { MAX_BULK_BYTES, MAX_FRAME_BYTES, MAX_MESSAGE_BYTES } from "../../src/contract/frame-limits.js";
import { RECORD_BYTES } from "../../src/contract/lifeline-record.js";
import { PIPE } from "../../src/contract/process-pipes.js";
import type { BootData, LogLine, WorkerApi } from "../../src/contract/protocol.js";
import { BACKEND_ID, HOST_METHODS, PROTOCOL_VERSION } from "../../src/contract/protocol.js";
import { Gate, PULSE_TICK_MS, Phase, Pulse } from "../../src/contract/pulse.js";
import type { WireError } from "../../src/contract/wire-error.js";
import { MAX_FRAMES_AT_ONCE } from "../../src/host/life/flood-gauge.js";

const text = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");

/** The text under a heading, up to the next. */
function section(t: ExecutionContext, heading: string): string {
  const [, found] = text.split(new RegExp(`^#+ ${heading}$`, "m"));
  return found?.split(/^#/m)[0] ?? t.fail(`There is no section "${heading}"`);
}

/** The first cells of a section's table rows that are code, without their arguments. */
function namedIn(part: string, column: number): string[] {
  return part
    .split("\n")
    .map((line) => /^`(\w+)/.exec(line.split("|")[column]?.trim() ?? "")?.[1])
    .filter((name) => name !== undefined);
}

/** Names as keys of a record, so that the compiler misses none. */
const BOOT_FIELDS: Record<keyof BootData, true> = {
  protocol: true,
  port: true,
  pulse: true,
  name: true,
  url: true,
  options: true,
  hostId: true,
  life: true,
  logLevel: true,
  maxValueBytes: true,
  confinement: true,
  isInspected: true,
};
const WORKER_METHODS: Record<keyof WorkerApi, true> = {
  openBackend: true,
  closeBackend: true,
  invoke: true,
  stop: true,
};
const ERROR_FIELDS: Record<keyof WireError, true> = {
  name: true,
  message: true,
  code: true,
  stack: true,
  cause: true,
};
const LINE_FIELDS: Record<keyof LogLine, true> = { level: true, time: true, message: true, fields: true };

const TABLES: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ["Boot data", Object.keys(BOOT_FIELDS)],
  ["Methods of the worker", Object.keys(WORKER_METHODS)],
  ["Methods of the host", [...HOST_METHODS]],
  ["Outcomes and errors", Object.keys(ERROR_FIELDS)],
  ["Log lines", Object.keys(LINE_FIELDS)],
];

for (const [heading, names] of TABLES) {
  test(`"${heading}" describes exactly what the contract has`, (t) => {
    t.deepEqual(namedIn(section(t, heading), 1), names);
  });
}

test("call frames are described with every column and operation under its number", (t) => {
  const part = section(t, "Call frames");
  t.true(part.includes(`${CALL_COLUMNS} columns per call`));
  const numbered = [...part.matchAll(/^\| (\d) +\| `(\w+)`/gm)].map(([, number, name]) => [
    name,
    Number(number),
  ]);
  t.deepEqual(numbered, [...Object.entries(CALL), ...Object.entries(Operation)]);
});

test("reply frames are described with every column and status under its number", (t) => {
  const part = section(t, "Reply frames");
  t.true(part.includes(`${RESULT_COLUMNS} columns per result`));
  const numbered = [...part.matchAll(/^\| (\d) +\| `(\w+)`/gm)].map(([, number, name]) => [
    name,
    Number(number),
  ]);
  t.deepEqual(numbered, [...Object.entries(RESULT), ...Object.entries(Status)]);
});

test("the pulse is described with its size, its tick, and every phase and state of the gate", (t) => {
  const part = section(t, "The pulse");
  t.true(part.includes(`${new Pulse().memory.byteLength} bytes of shared memory`));
  t.true(part.includes(`every ${PULSE_TICK_MS} ms`));
  for (const states of [Phase, Gate]) {
    const listed = Object.entries(states).map(([name, value]) => `${value} \`${name}\``);
    t.true(part.includes(listed.join(", ")), listed.join(", "));
  }
});

test("the frames of a process are described with their descriptors, their sizes and their caps", (t) => {
  const part = section(t, "Pipes of a process");
  for (const descriptor of Object.values(PIPE)) t.regex(part, new RegExp(`^\\| ${descriptor} `, "m"));
  t.true(part.includes(`From ${MIN_ATTACHED_BYTES.toLocaleString("en")} bytes on`));
  t.true(part.includes(`at most ${MAX_MESSAGE_BYTES.toLocaleString("en")} bytes`));
  const [own, bulk] = [MAX_FRAME_BYTES, MAX_BULK_BYTES].map((bytes) => bytes / 1024 / 1024);
  t.true(part.includes(`at most ${own} MiB and once more the larger of ${bulk} MiB and \`maxValueBytes\``));
  t.regex(section(t, "Caps"), new RegExp(`${own! + bulk!} MiB`));
});

test("the lifeline is described with the size of its records and all they hold", (t) => {
  const part = section(t, "The lifeline");
  t.true(part.includes(`a record of ${RECORD_BYTES} bytes every ${PULSE_TICK_MS} ms`));
  t.deepEqual(namedIn(part, 3), [
    "ticks",
    "executing",
    "received",
    "phase",
    "signal",
    "heapBytes",
    "externalBytes",
    "residentBytes",
    "busyMs",
  ]);
});

test("the version, the form of backend ids and the flood limit are the code's", (t) => {
  t.true(text.includes(`\`PROTOCOL_VERSION\` is ${PROTOCOL_VERSION}.`));
  t.true(text.includes(`\`${BACKEND_ID.source.slice(1, -1)}\``));
  t.true(text.includes(`${MAX_FRAMES_AT_ONCE.toLocaleString("en")} at once`));
});
