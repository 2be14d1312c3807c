/** Faults of the disk below the plugin `file`, which is set to `fsync`: what it acknowledges must be there. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Moment } from "../cells/cell.js";
import { isNoted } from "./disk-felt.js";
import type { SurroundingFault, Surroundings } from "./fault.js";
import { freePipe, makePipe } from "./make-pipe.js";
import { placeFile } from "./place-file.js";
import { emptyDisk, fillDisk, makeReadOnly, makeWritable, probeDisk } from "./small-disk.js";

const TOUCHED: readonly Moment[] = ["open", "get", "put", "purge", "scan", "idle"];
/** What the plugin in plugin/file-subject.ts looks for before each operation. */
export const SLOW_MARK = "disk-slow";
export const STUCK_MARK = "disk-stuck";
export const CUT_MARK = "disk-cut";
/** What an operation takes on a slow disk, in ms: more than `limits.call` of the stage. */
const SLOW_MS = 600;

/** What a full disk says, and what a process that is granted no bytes is told. */
const FULL = ["ENOSPC", "EFBIG"];
/** What a read-only disk says, and what the modes of a folder do. */
const READ_ONLY = ["EROFS", "EACCES"];

export const DISK_FAULTS: readonly SurroundingFault[] = [
  {
    group: "disk",
    name: "a full disk",
    why: "Writes fail half-way, and must leave what was there",
    moments: TOUCHED,
    nature: "refuses",
    // What is moved out and removed takes no room.
    spares: ["get", "purge", "scan"],
    plugin: "file",
    disk: "small",
    begin: ({ dataFolder }) => fillDisk(dataFolder),
    hold: ({ dataFolder }) => fillDisk(dataFolder),
    look: (surroundings) => missesOfRefusal(surroundings, FULL),
    end: ({ dataFolder }) => emptyDisk(dataFolder),
  },
  {
    group: "disk",
    name: "a read-only disk",
    why: "What Linux makes of a file system it finds damaged",
    moments: TOUCHED,
    nature: "refuses",
    spares: ["get", "scan"],
    plugin: "file",
    disk: "small",
    begin: ({ dataFolder }) => makeReadOnly(dataFolder),
    look: (surroundings) => missesOfRefusal(surroundings, READ_ONLY),
    end: ({ dataFolder }) => makeWritable(dataFolder),
  },
  {
    group: "disk",
    name: "a slow disk",
    why: "Every operation takes longer than a whole call may",
    moments: TOUCHED,
    nature: "hinders",
    plugin: "file",
    begin: ({ folder, pace }) => placeFile(join(folder, SLOW_MARK), String(SLOW_MS * pace)),
    look: ({ folder }) => (isNoted(folder, SLOW_MARK) ? undefined : "no operation was slow"),
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
    look: ({ folder }) => (isNoted(folder, STUCK_MARK) ? undefined : "no operation was stuck"),
    end: ({ folder }) => freePipe(join(folder, STUCK_MARK)),
  },
  {
    group: "disk",
    name: "a folder that is removed",
    why: "Somebody clears the cache's folder by hand: what was there is gone, and nothing else",
    moments: TOUCHED,
    nature: "passes",
    losesData: true,
    plugin: "file",
    begin: ({ dataFolder, folder }) => {
      // Out of the way first: a folder that is being written to cannot be emptied.
      const removed = join(folder, "removed");
      renameSync(dataFolder, removed);
      rmSync(removed, { recursive: true });
    },
    look: async ({ isStored }) => ((await isStored()) ? "what was stored is still there" : undefined),
    end: ({ dataFolder }) => void mkdirSync(dataFolder, { recursive: true }),
  },
  {
    group: "disk",
    name: "a power cut",
    why: "Of what was written, only that is there afterwards which the device was waited for: files, and their names",
    moments: ["put", "purge", "idle"],
    nature: "dies",
    plugin: "file",
    disk: "cuttable",
    begin: ({ folder }) => writeFileSync(join(folder, CUT_MARK), ""),
    look: ({ folder }) => (isNoted(folder, CUT_MARK) ? undefined : "nothing was cut off"),
    end: ({ folder }) => rmSync(join(folder, CUT_MARK), { force: true }),
  },
];

/** Whether the disk refuses writes, to us and to the plugin. */
function missesOfRefusal(
  { dataFolder, failures }: Surroundings,
  codes: readonly string[],
): string | undefined {
  const met = codes.reduce((sum, code) => sum + failures(code), 0);
  if (met > 0) return undefined;
  const code = probeDisk(dataFolder);
  if (code === undefined) return "a write to the disk is done";
  return codes.includes(code) ? "no call has failed for it" : `a write to the disk fails with ${code}`;
}
