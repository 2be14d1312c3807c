/**
 * The built-in plugin `file` on a disk that can be made slow, or to answer nothing, or be cut off: the functions it
 * calls the file system by are replaced before it is loaded.
 */
import { existsSync, readFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SLOW_MARK, STUCK_MARK } from "../faults/disk-faults.js";
import { cutDisk } from "./cut-disk.js";
import { noteFelt } from "../faults/disk-felt.js";
import type { SubjectSetup } from "./subject-setup.js";

/** After which an operation that waits counts as stuck, in ms. */
const STUCK_MS = 50;
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

/** @param url Of the module that leads here: what is wrong with the disk is marked beside it. */
export async function openFileSubject(
  url: string,
  { plant, disk }: SubjectSetup,
): Promise<typeof import("@stockpile/plugin-file")> {
  const folder = dirname(fileURLToPath(url));
  const { open } = fs;
  const delay = async (): Promise<void> => {
    const slow = readIfThere(join(folder, SLOW_MARK));
    if (slow !== undefined) {
      await sleep(Number(slow));
      noteFelt(folder, SLOW_MARK);
    }
    const stuck = join(folder, STUCK_MARK);
    if (!existsSync(stuck)) return;
    const overdue = setTimeout(() => noteFelt(folder, STUCK_MARK), STUCK_MS);
    // Between the two looks the disk may have recovered: that is no missing file of the plugin's.
    const pipe = await open(stuck, "r").catch(() => undefined);
    await pipe?.close();
    clearTimeout(overdue);
  };
  if (disk === "cuttable") cutDisk(folder, plant === "unsynced");
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

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
