/**
 * A file system whose power can be cut: once it is marked so, nothing more is done, what was not synced is taken back,
 * and the plugin ends as its machine would.
 */
import { existsSync, fstatSync, rmSync } from "node:fs";
import fs from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { CUT_MARK } from "../faults/disk-faults.js";
import { noteFelt } from "../faults/disk-felt.js";
import { Unsynced } from "./unsynced.js";

/** How often it is looked whether the power is cut, in ms: it is also where nothing is called. */
const POLL_MS = 5;

/** An operation of the file system, as any of them is called. */
type Operation = (...input: never[]) => Promise<unknown>;
type Powered = <T>(operate: () => Promise<T>) => Promise<T>;
type Watched = (handle: FileHandle, path: string) => FileHandle;

/**
 * Has the functions of `node:fs/promises` keep what is not synced.
 * @param folder Where the power is marked as cut; entries are below it in `data`.
 * @param isDeaf Whether nothing counts as synced: for the tests of this suite.
 */
export function cutDisk(folder: string, isDeaf: boolean): void {
  const data = join(folder, "data");
  const mark = join(folder, CUT_MARK);
  const unsynced = new Unsynced(join(folder, `unsynced-${process.hrtime.bigint()}`));
  let underWay = 0;

  /** Does an operation, unless the power is cut: then it never ends. */
  const powered: Powered = async (operate) => {
    if (existsSync(mark)) await new Promise(() => undefined);
    underWay += 1;
    try {
      return await operate();
    } finally {
      underWay -= 1;
    }
  };
  const watched: Watched = (handle, path) => {
    for (const name of ["sync", "datasync"] as const) {
      const sync = handle[name].bind(handle);
      handle[name] = () =>
        powered(async () => {
          await sync();
          if (isDeaf) return;
          const { ino } = fstatSync(handle.fd, { bigint: true });
          unsynced.syncedFile(ino);
          unsynced.syncedFolder(path);
        });
    }
    return handle;
  };
  Object.assign(fs, watchNames(unsynced, powered, watched));

  const poll = setInterval(() => {
    if (underWay > 0 || !existsSync(mark)) return;
    clearInterval(poll);
    unsynced.drop(data);
    noteFelt(folder, CUT_MARK);
    // The next life has power again.
    rmSync(mark, { force: true });
    process.exit(1);
  }, POLL_MS);
  poll.unref();
}

/** The operations that make, move and remove names, which keep account of it. */
function watchNames(
  unsynced: Unsynced,
  powered: Powered,
  watched: Watched,
): Readonly<Record<string, Operation>> {
  const { open, rename, unlink, mkdir } = fs;
  return {
    open: (path: string, flags: string | number, mode?: number) =>
      powered(async () => {
        const handle = watched(await open(path, flags, mode), path);
        if (flags === "wx") unsynced.made(path);
        return handle;
      }),
    rename: (from: string, to: string) =>
      powered(async () => {
        const moved = unsynced.moving(from, to);
        await rename(from, to);
        moved();
      }),
    unlink: (path: string) =>
      powered(async () => {
        const removed = unsynced.removing(path);
        await unlink(path);
        removed();
      }),
    mkdir: (path: string, options?: { mode?: number }) =>
      powered(async () => {
        const made = await mkdir(path, options);
        unsynced.madeFolder(path);
        return made;
      }),
  };
}
