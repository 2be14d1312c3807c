/** What a plugin's own fault leaves behind of how it went, beside the plugin's module: that it was armed proves nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { placeFile } from "../faults/place-file.js";
import type { Trace } from "../faults/trace.js";

const TRACE = "trace.json";

export function leaveTrace(folder: string, trace: Trace): void {
  placeFile(join(folder, TRACE), JSON.stringify(trace));
}

/** What was left last; `undefined` where nothing has happened. */
export function readTrace(folder: string): Trace | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, TRACE), "utf8")) as Trace; // written by `leaveTrace`
  } catch {
    return undefined;
  }
}
