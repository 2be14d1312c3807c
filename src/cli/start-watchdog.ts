/** Starts a process that kills this one, should it outlive a limit. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const WATCHDOG = fileURLToPath(new URL("watchdog.js", import.meta.url));

/**
 * Kills this process `limitMs` from now with `SIGKILL`, even when its main thread waits in the kernel: `process.exit`
 * waits for every thread, and a pipe whose reader has stalled holds whoever writes to it. A thread of our own could
 * not do this, because `process.exit` ends that one first. The watchdog ends by itself when this process does.
 */
export function startWatchdog(limitMs: number): void {
  const child = spawn(process.execPath, [WATCHDOG, String(process.pid), String(limitMs)], {
    // Its own session: Ctrl-C at the terminal, pressed twice, is not for the watchdog.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    // Whatever options this process was started with, a debugger's port among them, are its own.
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  // Where no process can be started there is no watchdog: the limit within this process is left.
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
}
