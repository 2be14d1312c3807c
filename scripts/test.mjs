// Runs the tests: those that take no times two files at once, then the others one file at a time. Arguments are ava's;
// with files among them, those alone.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const AVA = fileURLToPath(new URL("cli.mjs", import.meta.resolve("ava")));
// The fault suite and the server's measure how late answers come: a second file beside theirs would be load.
const ALONE = "dist/test/{faults,server}/**/*.test.js";
const BESIDE = "dist/test/!(faults|server)/**/*.test.js";

const args = process.argv.slice(2);
const isOfFiles = args.some((arg) => !arg.startsWith("-"));
const runs = isOfFiles ? [[]] : [["--concurrency=2", BESIDE], [ALONE]];
for (const run of runs) {
  const { status } = spawnSync(process.execPath, [AVA, ...run, ...args], { stdio: "inherit" });
  // What fails in the first run does not keep the second from saying what else does.
  if (status !== 0) process.exitCode = status ?? 1;
}
