import { statfsSync } from "node:fs";
import { getSystemErrorName } from "node:util";

/** What was missing where an operation failed, and what to do about it. */
type Expectation = readonly [expected: string, remedy: string];

const BROKEN: Expectation = [
  "a data file that is whole",
  "remove the folder: what it held will be loaded again",
];

const EXPECTATIONS: ReadonlyMap<string, Expectation> = new Map<string, Expectation>([
  ["ENOSPC", ["space on the device", "free some, or choose another path"]],
  ["EDQUOT", ["space within the user's quota", "free some, raise the quota, or choose another path"]],
  ["EROFS", ["a file system that can be written to", "mount it writable, or choose another path"]],
  ["EACCES", ["permission", "give the folder to the user this process runs as, or choose another path"]],
  ["EPERM", ["permission", "give the folder to the user this process runs as, or choose another path"]],
  ["EMFILE", ["a free file descriptor of this process", "raise its limit, as with ulimit -n"]],
  ["ENFILE", ["a free file descriptor of the system", "close what holds so many, or raise fs.file-max"]],
  ["EFBIG", ["a file within the size limit", "raise the limit of this process, as with ulimit -f"]],
  ["EIO", ["room for all of a write, on a device that works", "free some, or see the system's log"]],
  ["ENOMEM", ["address space for the file's map", "raise the limit of this process, as with ulimit -v"]],
  ["EEXIST", ["a folder", "there is a file of that name: move it, or choose another path"]],
  ["ENOENT", ["a folder that can be made", "its file system makes none there: choose another path"]],
  ["ENOTDIR", ["a folder", "a part of the path is a file: move it, or choose another path"]],
  ["EISDIR", ["a data file", "there is a folder of that name: move it, or choose another path"]],
  ["MDB_INVALID", BROKEN],
  ["MDB_CORRUPTED", BROKEN],
  ["MDB_PAGE_NOTFOUND", BROKEN],
  ["MDB_PANIC", BROKEN],
  [
    "MDB_VERSION_MISMATCH",
    ["a data file of this version of LMDB", "remove the folder, or choose another path"],
  ],
  ["MDB_READERS_FULL", ["a free place among the readers", "have fewer processes use the folder"]],
]);

/** Less than this left on a device is none, in bytes: LMDB writes whole pages, several at once. */
const FULL_BELOW_BYTES = 1024 * 1024;

/** An operation that failed, told with what was attempted, where, and what to do. Its `cause` is LMDB's own error. */
export class StorageFailure extends Error {
  static {
    StorageFailure.prototype.name = "StorageFailure";
  }

  /** The system's, as in `ENOSPC`, or LMDB's, as in `MDB_CORRUPTED`; `undefined` where neither was asked. */
  readonly code: string | undefined;

  /**
   * @param action what cannot be done, as in `store entry of category "player"`.
   * @param folder the backend's folder.
   */
  constructor(action: string, folder: string, cause: unknown) {
    const code = codeOf(cause, folder);
    super(messageOf(action, folder, cause, code), { cause });
    this.code = code;
  }
}

function messageOf(action: string, folder: string, cause: unknown, code: string | undefined): string {
  // What is no failure of the system or of LMDB says by itself what was expected.
  if (code === undefined) {
    return `Cannot ${action} in ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
  const [expected, remedy] = EXPECTATIONS.get(code) ?? ["the operation to succeed", "see the cause"];
  return `Cannot ${action} in ${folder}: expected ${expected}: received ${code} (${remedy})`;
}

function codeOf(cause: unknown, folder: string): string | undefined {
  if (!(cause instanceof Error) || !("code" in cause)) return undefined;
  const { code } = cause;
  if (typeof code === "string") return code;
  if (typeof code !== "number") return undefined;
  // Negative ones are LMDB's own, whose message begins with their name.
  if (code < 0) return /^MDB_[A-Z_]+/.exec(cause.message)?.[0] ?? "MDB_ERROR";
  const name = getSystemErrorName(-code);
  // A write that only half fits is told as one that failed.
  return name === "EIO" && isFull(folder) ? "ENOSPC" : name;
}

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < FULL_BELOW_BYTES;
  } catch {
    // The folder is gone; then that is not what the first error was about.
    return false;
  }
}
