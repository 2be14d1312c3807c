import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Makes a named pipe nobody writes to, and answers its path: to open it for reading takes for ever. */
export function makePipe(folder: string, name: string = `pipe-${process.hrtime.bigint()}`): string {
  const path = join(folder, name);
  execFileSync("mkfifo", [path]);
  return path;
}

/** Removes a pipe, and lets go whoever waits for a writer of it. */
export function freePipe(path: string): void {
  // Opened for both, a pipe waits for nobody.
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  rmSync(path);
  closeSync(descriptor);
}
