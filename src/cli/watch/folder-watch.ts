/**
 * Watches a folder for changes, and those below it if asked to. The folders are watched and not the files: editors and
 * builds replace a file by another of its name, and whoever watches the first one sees nothing from then on. The same
 * may happen to the folder itself, when a build begins by removing it: it is looked for until it is there again.
 */
import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export interface FolderWatchOptions {
  /** Absolute. */
  readonly folder: string;
  /** Whether folders below it are watched too; `node_modules` and those that begin with a dot never are. */
  readonly isDeep: boolean;
  /** A file or folder may have changed, come or gone; absolute path. */
  readonly onChange: (path: string) => void;
  /** A folder cannot be watched: what happens in it is not seen. */
  readonly onFailure: (folder: string, error: Error) => void;
}

/** A folder that is watched. */
interface Watched {
  readonly watcher: FSWatcher;
  /** Tells it from another of its name: its inode, which is soon used again, and when that was made. */
  readonly identity: string;
}

/** How often a folder that is not there is looked for, in ms. */
const LOOK_MS = 200;
/** Folders that are watched at most: a tree with more is no source of a plugin. */
const MAX_FOLDERS = 1000;

export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #watched = new Map<string, Watched>();
  /** Those that cannot be watched, by the identity they had: another of that name may be. */
  readonly #failed = new Map<string, string>();
  #isLooking = false;
  #isLookDue = false;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Resolves once it watches what is there: what changes from then on is seen. */
  readonly ready: Promise<void>;

  constructor(options: FolderWatchOptions) {
    this.#options = options;
    this.ready = this.#look(true);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
  }

  /** Compares what is watched with what is there; one look at a time, and one more where something came meanwhile. */
  #lookAgain(): void {
    this.#isLookDue = true;
    if (!this.#isLooking) void this.#lookWhileDue();
  }

  async #lookWhileDue(): Promise<void> {
    this.#isLooking = true;
    while (this.#isLookDue && !this.#isClosed) {
      this.#isLookDue = false;
      await this.#look(false);
    }
    this.#isLooking = false;
  }

  async #look(isFirst: boolean): Promise<void> {
    const { folder, isDeep, onChange } = this.#options;
    const there = await findFolders(folder, isDeep);
    if (this.#isClosed) return;
    for (const [path, { watcher, identity }] of this.#watched) {
      if (there.get(path) === identity) continue;
      watcher.close();
      this.#watched.delete(path);
    }
    for (const [path, identity] of there) {
      if (this.#watched.has(path) || this.#failed.get(path) === identity) continue;
      this.#watch(path, identity);
      // What has come into it before it was watched has been seen by nobody.
      if (!isFirst) onChange(path);
    }
    clearTimeout(this.#timer);
    if (!there.has(folder)) this.#timer = setTimeout(() => this.#lookAgain(), LOOK_MS);
  }

  #watch(path: string, identity: string): void {
    const fail = (error: Error): void => {
      this.#failed.set(path, identity);
      this.#options.onFailure(path, error);
    };
    try {
      const watcher = watch(path, (event, name) => {
        this.#options.onChange(name === null ? path : join(path, name));
        if (event === "rename") this.#lookAgain();
      });
      watcher.on("error", fail);
      this.#watched.set(path, { watcher, identity });
    } catch (error) {
      fail(error as Error); // Node's own, as of `watch`
    }
  }
}

/** The folders that are there, with what tells each from others; none where the first one is not. */
async function findFolders(folder: string, isDeep: boolean): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const open = [folder];
  for (let path = open.pop(); path !== undefined && found.size < MAX_FOLDERS; path = open.pop()) {
    try {
      const stats = await stat(path);
      if (!stats.isDirectory()) continue;
      found.set(path, `${stats.ino} ${stats.birthtimeMs}`);
      if (!isDeep) continue;
      const entries = await readdir(path, { withFileTypes: true });
      for (const entry of entries) {
        if (entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith("."))
          open.push(join(path, entry.name));
      }
    } catch {
      // It has gone since it was listed, or cannot be listed: a change in it is not seen then.
    }
  }
  return found;
}
