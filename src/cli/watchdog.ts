/** The watchdog's process, see `start-watchdog.ts`: waits for the end of its stdin, which is its parent's end. */

const [pid, limitMs] = process.argv.slice(2).map(Number);
if (pid === undefined || limitMs === undefined)
  throw new TypeError("Expected a process id and a limit in ms");

// As long as the parent holds the other end of this pipe, no other process can have its id.
process.stdin.on("end", () => process.exit(0)).resume();
setTimeout(() => {
  process.kill(pid, "SIGKILL");
  process.exit(0);
}, limitMs);
