/** Faults of the disk below the plugin `file`, which is set to `fsync`: what it acknowledges must be there. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Moment } from "../cells/cell.js";
import { freePipe, makePipe } from "./make-pipe.js";
import { emptyDisk, fillDisk, makeReadOnly, makeWritable } from "./small-disk.js";
import type { SurroundingFault } from "./fault.js";

const TOUCHED: readonly Moment[] = ["open", "get", "put", "purge", "scan", "idle"];
/** What the plugin in plugin/file-subject.ts looks for before each operation. */
export const SLOW_MARK = "disk-slow";
export const STUCK_MARK = "disk-stuck";

export const DISK_FAULTS: readonly SurroundingFault[] = [
  {
    group: "disk",
    name: "a full disk",
    why: "Writes fail half-way, and must leave what was there",
    moments: TOUCHED,
    nature: "hinders",
    plugin: "file",
    disk: "small",
    begin: ({ dataFolder }) => fillDisk(dataFolder),
    end: ({ dataFolder }) => emptyDisk(dataFolder),
  },
  {
    group: "disk",
    name: "a read-only disk",
    why: "What Linux makes of a file system it finds damaged",
    moments: TOUCHED,
    nature: "hinders",
    plugin: "file",
    disk: "small",
    begin: ({ dataFolder }) => makeReadOnly(dataFolder),
    end: ({ dataFolder }) => makeWritable(dataFolder),
  },
  {
    group: "disk",
    name: "a slow disk",
    why: "Every operation takes longer than a whole call may",
    moments: TOUCHED,
    nature: "hinders",
    plugin: "file",
    begin: ({ folder }) => writeFileSync(join(folder, SLOW_MARK), ""),
    end: ({ folder }) => rmSync(join(folder, SLOW_MARK), { force: true }),
  },
  {
    group: "disk",
    name: "a disk that answers nothing",
    why: "A dead network drive below every file: operations stay in the kernel. A pipe without a writer stands for it",
    moments: TOUCHED,
    nature: "hinders",
    plugin: "file",
    begin: ({ folder }) => {
      makePipe(folder, STUCK_MARK);
    },
    end: ({ folder }) => freePipe(join(folder, STUCK_MARK)),
  },
  {
    group: "disk",
    name: "a folder that is removed",
    why: "Somebody clears the cache's folder by hand: what was there is gone, and nothing else",
    moments: TOUCHED,
    nature: "hinders",
    losesData: true,
    plugin: "file",
    begin: ({ dataFolder, folder }) => {
      // Out of the way first: a folder that is being written to cannot be emptied.
      const removed = join(folder, "removed");
      renameSync(dataFolder, removed);
      rmSync(removed, { recursive: true });
    },
    end: ({ dataFolder }) => void mkdirSync(dataFolder, { recursive: true }),
  },
];
