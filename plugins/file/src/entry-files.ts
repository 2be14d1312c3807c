import { open, rename, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EntryKey, StoredEntry } from "@stockpile/core/plugin";
import { decodeHead, encodeHead, isWhole, MAX_HEAD_BYTES } from "./entry-format.js";
import type { EntryHead } from "./entry-format.js";
import { ENTRIES_FOLDER, fileOf, shardOf } from "./entry-location.js";
import type { EntryLocation } from "./entry-location.js";
import { exists } from "./exists.js";
import { ignoring } from "./ignoring.js";
import { makeFolders } from "./make-folders.js";
import { readFile } from "./read-file.js";
import type { WorkFolder } from "./work-folder.js";

/** What is read first of an entry's file: one read suffices for entries up to this size. */
const FIRST_READ_BYTES = 16_384;
/** Up to this size a value is copied behind its head, to be written at once: cheaper than a second write. */
const MAX_JOINED_BYTES = 65_536;

/** The files of a folder's entries. Knows nothing of order, slots or time. */
export class EntryFiles {
  readonly #root: string;
  readonly #work: WorkFolder;

  constructor(root: string, work: WorkFolder) {
    this.#root = root;
    this.#work = work;
  }

  /** The entry under a key; `undefined` where there is none, or another's, or one that is not whole. */
  async read({ category, key }: EntryKey, location: EntryLocation): Promise<StoredEntry | undefined> {
    const isOurs = (head: ReturnType<typeof decodeHead>): head is EntryHead =>
      typeof head === "object" && head.category === category && head.key === key;
    let head: ReturnType<typeof decodeHead>;
    const file = await readFile(fileOf(this.#root, location), FIRST_READ_BYTES, (start) => {
      head = decodeHead(start);
      return isOurs(head) ? head.fileBytes : undefined;
    });
    if (file === undefined || !isOurs(head) || !isWhole(file, head)) return undefined;
    const value = new Uint8Array(
      file.buffer,
      file.byteOffset + head.valueOffset,
      file.byteLength - head.valueOffset,
    );
    return head.expiresAt === undefined ? { value } : { value, expiresAt: head.expiresAt };
  }

  /** What the head of a file says, whoever's it is. See `decodeHead`. */
  async readHead(location: EntryLocation): Promise<ReturnType<typeof decodeHead> | "absent"> {
    const start = await readFile(fileOf(this.#root, location), MAX_HEAD_BYTES);
    return start === undefined ? "absent" : decodeHead(start);
  }

  /**
   * Stores an entry in place of any other: writes a new file and moves it in.
   * @param isSynced whether to wait until the device has it.
   */
  async store(
    work: string,
    location: EntryLocation,
    entry: StoredEntry & EntryKey,
    isSynced: boolean,
  ): Promise<void> {
    const path = this.#work.newFile(work);
    try {
      await writeNew(path, encodeHead(entry, entry), entry.value, isSynced);
      await this.#moveIn(path, location, isSynced);
    } catch (error) {
      await unlink(path).catch(() => undefined); // What went wrong first is what is to be told.
      throw error;
    }
  }

  /** Removes an entry; `isSynced` as for {@link store}. */
  async remove(work: string, location: EntryLocation, isSynced: boolean): Promise<void> {
    const old = this.#work.oldFile(work);
    if (!(await moveOut(fileOf(this.#root, location), old, work))) return;
    if (isSynced) await syncFolder(shardOf(this.#root, location));
    await ignoring(["ENOENT"], unlink(old));
  }

  /** Removes all entries of a category: moves its folder out, for others to take apart. */
  async clear(work: string, categoryFolder: string, isSynced: boolean): Promise<boolean> {
    const entries = join(this.#root, ENTRIES_FOLDER);
    const isMoved = await moveOut(join(entries, categoryFolder), this.#work.oldFile(work), work);
    if (isMoved && isSynced) await syncFolder(entries);
    return isMoved;
  }

  async #moveIn(path: string, location: EntryLocation, isSynced: boolean): Promise<void> {
    const shard = shardOf(this.#root, location);
    const file = fileOf(this.#root, location);
    const isMoved = await ignoring(
      ["ENOENT"],
      rename(path, file).then(() => true),
    );
    if (isMoved !== true) {
      // The first of its shard; or this life has no work folder any more, and this fails again.
      const first = await makeFolders(shard);
      await rename(path, file);
      if (isSynced && first !== undefined) await syncNewFolders(first, shard);
    }
    if (isSynced) await syncFolder(shard);
  }
}

/** @returns whether there was anything to move. @throws `ENOENT` where there is no work folder any more. */
async function moveOut(path: string, old: string, work: string): Promise<boolean> {
  const isMoved = await ignoring(
    ["ENOENT", "ENOTDIR"],
    rename(path, old).then(() => true),
  );
  if (isMoved === true) return true;
  if (await exists(work)) return false;
  throw Object.assign(new Error(`${work} is gone`), { code: "ENOENT" });
}

async function writeNew(path: string, head: Buffer, value: Uint8Array, isSynced: boolean): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    await writeAll(handle, head, value);
    if (isSynced) await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, head: Buffer, value: Uint8Array): Promise<void> {
  if (value.byteLength <= MAX_JOINED_BYTES) {
    await handle.writeFile(Buffer.concat([head, value]));
    return;
  }
  await handle.writeFile(head);
  await handle.writeFile(value); // goes on where the head ended
}

/** Has the device know the folders from `first` down to `last`, which are new: each is an entry of the one above. */
async function syncNewFolders(first: string, last: string): Promise<void> {
  for (let folder = last; folder.length >= first.length; folder = dirname(folder)) {
    await syncFolder(dirname(folder));
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await ignoring(["ENOENT"], open(path, "r"));
  // A clear has moved it out since, or another life; then nothing of it is to be kept.
  if (handle === undefined) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
