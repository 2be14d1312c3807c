// Runs the tests: those that take no times two files at once, the longest first, then the others one file at a time.
// Arguments are ava's; with files among them, those alone.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { TIMED } from "./test-files.mjs";

const AVA = fileURLToPath(new URL("cli.mjs", import.meta.resolve("ava")));
const timed = TIMED.map((name) => `dist/test/${name}.test.js`);
const others = ["dist/test/**/*.test.js", ...timed.map((file) => `!${file}`)];

const args = process.argv.slice(2);
const isOfFiles = args.some((arg) => !arg.startsWith("-"));
// Not three at once, and not beside those that take times: plugins that are starved are late, and are ended for it.
const runs = isOfFiles ? [[]] : [["--concurrency=2", ...others], timed];
for (const run of runs) {
  const { status } = spawnSync(process.execPath, [AVA, ...run, ...args], { stdio: "inherit" });
  // What fails in the first run does not keep the second from saying what else does.
  if (status !== 0) process.exitCode = status ?? 1;
}
