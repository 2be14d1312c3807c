// Runs the tests: those that take no times two files at once, then the others one file at a time. Arguments are
// ava's; with files among them, those alone.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const AVA = fileURLToPath(new URL("cli.mjs", import.meta.resolve("ava")));
// These measure how late answers come, by margins that a second file beside them would use up.
const TIMED = [
  "faults/{backend-faults,close,ends,frames,grace,orphans,overload,poison-key,replay,start-faults,steering}",
  "plugins/keyv/block",
  "plugins/lmdb/sweep",
  "plugins/redis/{failover,faults,invalidation,pauses}",
].map((name) => `dist/test/${name}.test.js`);
const OTHERS = ["dist/test/**/*.test.js", ...TIMED.map((pattern) => `!${pattern}`)];

const args = process.argv.slice(2);
const isOfFiles = args.some((arg) => !arg.startsWith("-"));
const runs = isOfFiles ? [[]] : [["--concurrency=2", ...OTHERS], TIMED];
for (const run of runs) {
  const { status } = spawnSync(process.execPath, [AVA, ...run, ...args], { stdio: "inherit" });
  // What fails in the first run does not keep the second from saying what else does.
  if (status !== 0) process.exitCode = status ?? 1;
}
