/**
 * What a file system has been told and the device was not waited for: a power cut takes it back. Of a file that was not
 * synced the content goes; of a folder that was not, the names that were made, moved and removed in it. It is the
 * strictest reading of POSIX: file systems that write names in the order they were given keep more.
 */
import { linkSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";

/** A change of names, in order. */
interface Change {
  /** The folders any of which brings it to the device: a move is one change, in both. */
  readonly folders: readonly string[];
  readonly undo: () => void;
}

export class Unsynced {
  readonly #stash: string;
  #stashed = 0;
  #changes: Change[] = [];
  /** Files whose content is not on the device, by inode. */
  readonly #files = new Set<bigint>();

  /** @param stash A folder on the same file system, for what may have to come back. */
  constructor(stash: string) {
    this.#stash = stash;
    mkdirSync(stash, { recursive: true });
  }

  /** A file was made, and is written to from now on. */
  made(path: string): void {
    this.#files.add(inodeOf(path));
    this.#add([dirname(path)], () => rmSync(path, { force: true }));
  }

  madeFolder(path: string): void {
    this.#add([dirname(path)], () => rmSync(path, { recursive: true, force: true }));
  }

  /** Something is to be moved; answers what is to be called once it has been. */
  moving(from: string, to: string): () => void {
    const replaced = this.#keep(to);
    return () =>
      this.#add([dirname(from), dirname(to)], () => {
        // The folder it came from may be gone.
        ifThere(() => renameSync(to, from));
        rmSync(to, { recursive: true, force: true });
        if (replaced !== undefined) renameSync(replaced, to);
      });
  }

  /** As {@link moving}, of a file that is to be removed. */
  removing(path: string): () => void {
    const removed = this.#keep(path);
    return () =>
      this.#add([dirname(path)], () => {
        if (removed !== undefined) renameSync(removed, path);
      });
  }

  syncedFile(inode: bigint): void {
    this.#files.delete(inode);
  }

  syncedFolder(path: string): void {
    this.#changes = this.#changes.filter(({ folders }) => !folders.includes(path));
  }

  /** Leaves below `root` what a device would have after a power cut. */
  drop(root: string): void {
    for (const { undo } of this.#changes.toReversed()) ifThere(undo);
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && this.#files.has(inodeOf(path))) truncateSync(path);
    }
  }

  #add(folders: readonly string[], undo: () => void): void {
    this.#changes.push({ folders, undo });
  }

  /** A second name of a file, by which it outlives its removal; none of a folder, or of what is not there. */
  #keep(path: string): string | undefined {
    const kept = join(this.#stash, String((this.#stashed += 1)));
    return ifThere(() => {
      linkSync(path, kept);
      return kept;
    });
  }
}

function inodeOf(path: string): bigint {
  return lstatSync(path, { bigint: true }).ino;
}

/** What it answers; `undefined` where what it needs is not there: it may be gone with a folder above it. */
function ifThere<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
