import { errorCode } from "./error-code.js";

/** What was missing where a file operation failed, and what to do about it. */
const EXPECTATIONS: ReadonlyMap<string, readonly [expected: string, remedy: string]> = new Map([
  ["ENOSPC", ["space on the device", "free some, or choose another path"]],
  ["EDQUOT", ["space within the user's quota", "free some, raise the quota, or choose another path"]],
  ["EROFS", ["a file system that can be written to", "mount it writable, or choose another path"]],
  ["EACCES", ["permission", "give the folder to the user this process runs as, or choose another path"]],
  ["EPERM", ["permission", "give the folder to the user this process runs as, or choose another path"]],
  ["EMFILE", ["a free file descriptor of this process", "raise its limit, as with ulimit -n"]],
  ["ENFILE", ["a free file descriptor of the system", "close what holds so many, or raise fs.file-max"]],
  ["EFBIG", ["a file within the size limit", "raise the limit of this process, as with ulimit -f"]],
  ["EIO", ["a device that works", "see the system's log, and check the disk"]],
  ["EEXIST", ["a folder", "there is a file of that name: move it, or choose another path"]],
  ["ENOENT", ["a folder that can be made", "its file system makes none there: choose another path"]],
  ["ENOTDIR", ["a folder", "a part of the path is a file: move it, or choose another path"]],
]);

/** A file operation that failed, told with what was attempted, where, and what to do. Its `cause` is Node's own error. */
export class StorageFailure extends Error {
  static {
    StorageFailure.prototype.name = "StorageFailure";
  }

  /** That of the cause, as in `ENOSPC`. */
  readonly code: string | undefined;

  /**
   * @param action what cannot be done, as in `store entry of category "player"`.
   * @param folder the backend's folder.
   */
  constructor(action: string, folder: string, cause: unknown) {
    super(messageOf(action, folder, cause), { cause });
    this.code = errorCode(cause);
  }
}

function messageOf(action: string, folder: string, cause: unknown): string {
  const code = errorCode(cause);
  // What is no failure of the system says by itself what was expected.
  if (code === undefined) {
    return `Cannot ${action} in ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
  const [expected, remedy] = EXPECTATIONS.get(code) ?? ["the file operation to succeed", "see the cause"];
  return `Cannot ${action} in ${folder}: expected ${expected}: received ${code} (${remedy})`;
}
