/** How a fault is told to a plugin: by a file beside its module, which works in a thread, a process and while loading. */
import { existsSync, readFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { Moment } from "../cells/cell.js";
import { placeFile } from "../faults/place-file.js";

const MARK = "armed.json";

/** What is to happen, and when. */
export interface Armed {
  readonly fault: string;
  readonly moment: Moment;
  /** What everything takes longer by, from 1 on. */
  readonly pace: number;
}

/** Has the fault happen once, when the plugin next comes to that moment. */
export function arm(folder: string, armed: Armed): void {
  placeFile(join(folder, MARK), JSON.stringify(armed));
}

/** Whether it has yet to happen. */
export function isArmed(folder: string): boolean {
  return existsSync(join(folder, MARK));
}

/** The fault that is to happen now; from then on it is no longer armed. */
export function takeArmed(folder: string, moment: Moment): Armed | undefined {
  const path = join(folder, MARK);
  if (!existsSync(path)) return undefined;
  try {
    const armed = JSON.parse(readFileSync(path, "utf8")) as Armed; // written by `arm`
    if (armed.moment !== moment) return undefined;
    unlinkSync(path);
    return armed;
  } catch {
    return undefined; // Another life took it in between.
  }
}
