/**
 * How a call gets to its file. A write first waits for its turn among the writes of its key and category
 * (`WriteOrder`), then for one of the slots that all file operations of the plugin share (`FileSlots`), then has the
 * right to change entries made sure of (`WorkFolder`, which takes the host's lock with it); only then `EntryFiles`
 * touches the disk. A read needs a slot alone: an entry's file is whole at any time. Nothing is kept in memory about
 * entries, so opening reads none. In the background `Sweep` removes what is needless, and the lock is touched.
 */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { CallContext, EntryKey, Logger, ScanPage, ScanQuery, StoredEntry } from "@stockpile/core/plugin";
import type { Clock } from "./clock.js";
import { EntryFiles } from "./entry-files.js";
import { categoryFolderOf, locateEntry } from "./entry-location.js";
import type { EntryLocation } from "./entry-location.js";
import { errorCode } from "./error-code.js";
import type { FileSlots } from "./file-slots.js";
import { FolderLock, TOUCH_INTERVAL_MS } from "./folder-lock.js";
import { isExpired } from "./is-expired.js";
import { listKeys } from "./list-keys.js";
import { makeFolders } from "./make-folders.js";
import type { FileParameters } from "./parse-parameters.js";
import { probeWriting } from "./probe-writing.js";
import { Sweep } from "./sweep.js";
import { WorkFolder } from "./work-folder.js";
import { WriteOrder } from "./write-order.js";

/** What a store is opened with, besides its parameters. */
export interface StoreOptions {
  readonly hostId: string;
  readonly logger: Logger;
  readonly slots: FileSlots;
  readonly clock: Clock;
}

/** A round over all entries begins no sooner after the last, in ms. */
const ROUND_INTERVAL_MS = 60_000;

/** What says that nothing can be written now, and that what is there may be readable all the same. */
const UNWRITABLE = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM"];

/** One folder as one life uses it: shared by all backends of the life that name it. */
export class FileStore {
  readonly root: string;
  readonly #options: StoreOptions;
  readonly #lock: FolderLock;
  readonly #work: WorkFolder;
  readonly #files: EntryFiles;
  readonly #order = new WriteOrder();
  readonly #sweep: Sweep;
  readonly #stops: (() => void)[] = [];
  #reported: string | undefined;

  private constructor({ path, sweepIntervalMs }: FileParameters, options: StoreOptions) {
    this.root = path;
    this.#options = options;
    this.#lock = new FolderLock(path, options.hostId);
    this.#work = new WorkFolder(path, this.#lock);
    this.#files = new EntryFiles(path, this.#work);
    const parts = {
      root: path,
      work: this.#work,
      files: this.#files,
      order: this.#order,
      slots: options.slots,
      now: () => options.clock.now(),
      report: (error: unknown) => this.#report(error),
    };
    this.#sweep = new Sweep(parts, Math.ceil(ROUND_INTERVAL_MS / sweepIntervalMs));
  }

  /**
   * Opens the folder, which is created where there is none, and looks at no entry: a large one takes no longer.
   * @throws {Error} another host uses it, or it cannot be read.
   */
  static async open(parameters: FileParameters, options: StoreOptions): Promise<FileStore> {
    const store = new FileStore(parameters, options);
    try {
      await store.#start(parameters);
    } catch (error) {
      // The lock may have been taken; and what went wrong first is what is to be told.
      await options.slots.run("write", () => store.#giveBack()).catch(() => undefined);
      throw error;
    }
    return store;
  }

  async get(key: EntryKey, call: CallContext): Promise<StoredEntry | undefined> {
    const entry = await this.#options.slots.run("read", async () => {
      this.#checkDeadline(call);
      return this.#files.read(key, locateEntry(key.category, key.key));
    });
    return isExpired(entry?.expiresAt, this.#options.clock.now()) ? undefined : entry;
  }

  /** An entry that has expired already is not stored, but replaces as any other does. */
  async put(key: EntryKey, entry: StoredEntry, call: CallContext, isSynced: boolean): Promise<void> {
    const location = locateEntry(key.category, key.key);
    await this.#write(location, call, (work) =>
      isExpired(entry.expiresAt, this.#options.clock.now())
        ? this.#files.remove(work, location, isSynced)
        : this.#files.store(work, location, { ...key, ...entry }, isSynced),
    );
  }

  async purge(key: EntryKey, call: CallContext, isSynced: boolean): Promise<void> {
    const location = locateEntry(key.category, key.key);
    await this.#write(location, call, (work) => this.#files.remove(work, location, isSynced));
  }

  async clear(category: string, call: CallContext, isSynced: boolean): Promise<void> {
    const folder = categoryFolderOf(category);
    const calledAt = process.hrtime.bigint();
    await this.#order.clear(folder, () =>
      this.#options.slots.run("write", async () => {
        this.#checkDeadline(call);
        await this.#work.change(calledAt, (work) => this.#files.clear(work, folder, isSynced));
      }),
    );
  }

  scan(query: ScanQuery, call: CallContext): Promise<ScanPage> {
    const { slots, clock } = this.#options;
    return listKeys({ root: this.root, files: this.#files, slots, now: () => clock.now() }, query, call);
  }

  /** Writes a file and removes it. Takes nothing from another life that is writing. */
  async ping(): Promise<void> {
    await this.#options.slots.run("write", () => probeWriting(join(this.root, "work")));
  }

  /** Lets the writes called so far end, and gives the folder back. */
  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.#sweep.stop();
    await this.#order.idle();
    await this.#options.slots.run("write", async () => {
      try {
        await this.#giveBack();
      } catch (error) {
        // What cannot be given back on a broken disk is found stale once the host has ended.
        this.#report(error);
      }
    });
  }

  async #start({ sweepIntervalMs, sweepFiles }: FileParameters): Promise<void> {
    const { clock, logger, slots } = this.#options;
    await slots.run("write", () => this.#lockFolder());
    this.#stops.push(
      clock.repeat(() => this.#watched(this.#sweep.run(sweepFiles)), sweepIntervalMs),
      // However many calls wait: by this, hosts in other containers know that this one is alive.
      clock.repeat(() => this.#watched(slots.run("urgent", () => this.#lock.touch())), TOUCH_INTERVAL_MS),
    );
    logger.info({ folder: this.root }, "Folder is open");
  }

  async #giveBack(): Promise<void> {
    await this.#work.release();
    await this.#lock.release();
  }

  /** Takes the lock. What can be read only is served all the same; each write tries again. */
  async #lockFolder(): Promise<void> {
    try {
      await makeFolders(this.root);
      const isFirst = await this.#lock.acquire();
      // What the host before has left is to be removed, written to or not. A second life leaves the first one alone.
      if (isFirst) await this.#work.take();
    } catch (error) {
      if (!UNWRITABLE.includes(errorCode(error) ?? "") || !(await isReadable(this.root))) throw error;
      await this.#lock.checkReadable();
      this.#options.logger.warn(
        { err: error, folder: this.root },
        "Folder cannot be written to: serving reads",
      );
    }
  }

  #write(
    { categoryFolder, hash }: EntryLocation,
    call: CallContext,
    change: (work: string) => Promise<void>,
  ): Promise<void> {
    const calledAt = process.hrtime.bigint();
    return this.#order.write(categoryFolder, hash, () =>
      this.#options.slots.run("write", async () => {
        this.#checkDeadline(call);
        await this.#work.change(calledAt, change);
      }),
    );
  }

  /** What has waited until nobody wants it any more is not begun: behind it others wait whose time has not passed. */
  #checkDeadline({ deadline }: CallContext): void {
    if (deadline < this.#options.clock.now()) {
      throw new Error("expected a file operation to begin before the deadline of the call: received none");
    }
  }

  #watched(work: Promise<void>): void {
    work.catch((error: unknown) => this.#report(error));
  }

  /** Tells of what failed in the background, once for each kind in a row: a full disk fails every second. */
  #report(error: unknown): void {
    const code = errorCode(error) ?? String(error);
    if (code === this.#reported) return;
    this.#reported = code;
    this.#options.logger.warn({ err: error, folder: this.root }, "Housekeeping failed");
  }
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    // It is not there or is somebody else's; that it could not be made or written to is what is told.
    return false;
  }
}
