// Runs the tests: those that take times one file at a time, and beside them the others, several files at a time, with
// what the first leave of the processors. Arguments are ava's; with files among them, those alone.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { getPriority, setPriority } from "node:os";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { TIMED } from "./test-files.mjs";

const AVA = fileURLToPath(new URL("cli.mjs", import.meta.resolve("ava")));
/** Files at a time of those that take no times: they wait about half of theirs. */
const AT_ONCE = 3;
/** By how much their niceness is above the others', who then have three quarters of a processor that two want. */
const NICER = 5;
const NICEST = 19;
/** What is held back of a report while another is printed, in bytes: several times what there is. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

const args = process.argv.slice(2);
if (args.some((arg) => !arg.startsWith("-"))) await end(start([]));
else await runAll();

async function runAll() {
  const timed = TIMED.map((name) => `dist/test/${name}.test.js`);
  const first = start(timed, "pipe");
  const beside = start([
    `--concurrency=${AT_ONCE}`,
    "dist/test/**/*.test.js",
    ...timed.map((file) => `!${file}`),
  ]);
  // All it starts has the same.
  setPriority(beside.pid, Math.min(getPriority() + NICER, NICEST));
  const held = first.stdout.pipe(new PassThrough({ highWaterMark: MAX_HELD_BYTES }));
  const firstEnd = end(first);
  await end(beside);
  await Promise.all([firstEnd, pipeline(held, process.stdout, { end: false })]);
}

function start(given, stdout = "inherit") {
  return spawn(process.execPath, [AVA, ...given, ...args], { stdio: ["inherit", stdout, "inherit"] });
}

/** What fails in one run does not keep the other from saying what else does. */
async function end(run) {
  const [status] = await once(run, "close");
  if (status !== 0) process.exitCode = status ?? 1;
}
