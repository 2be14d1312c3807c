/**
 * The built-in plugin `file` on a disk that can be made slow, or to answer nothing: the functions it calls the file
 * system by are replaced before it is loaded.
 */
import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SLOW_MARK, STUCK_MARK } from "../faults/disk-faults.js";

/** What an operation takes on a slow disk, in ms: with those of one write more than `limits.call`. */
const SLOW_MS = 120;
/** What a file system is asked for by its path. */
const OPERATIONS = [
  "open",
  "rename",
  "unlink",
  "mkdir",
  "readdir",
  "rm",
  "rmdir",
  "stat",
  "lstat",
  "link",
] as const;

/** @param url Of the module that leads here: what is to be slow is marked beside it. */
export async function openFileSubject(url: string): Promise<typeof import("@stockpile/plugin-file")> {
  const folder = dirname(fileURLToPath(url));
  const { open } = fs;
  const delay = async (): Promise<void> => {
    if (existsSync(join(folder, SLOW_MARK))) await sleep(SLOW_MS);
    const stuck = join(folder, STUCK_MARK);
    if (existsSync(stuck)) await (await open(stuck, "r")).close();
  };
  for (const name of OPERATIONS) {
    const operation = fs[name] as (...input: unknown[]) => Promise<unknown>;
    Object.assign(fs, {
      [name]: async (...input: unknown[]) => {
        await delay();
        return operation(...input);
      },
    });
  }
  syncBuiltinESMExports();
  return import("@stockpile/plugin-file");
}
