/** LMDB's environment: the file with the databases in it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";
import type { Database, RootDatabase, RootDatabaseOptionsWithPath } from "lmdb";
import { checkDataFile } from "./check-data-file.js";
import type { LmdbParameters } from "./parse-parameters.js";
import { UnsyncedMark } from "./unsynced-mark.js";

/** How the databases are laid out. One of another number is refused. */
const FORMAT = 2;
/** The database that says so, by which a folder is known to be ours. */
const META_NAME = "stockpile";
/** What the root knows it by: its name, with or without a zero at the end. */
const META_KEYS: readonly Buffer[] = [Buffer.from(`${META_NAME}\0`), Buffer.from(META_NAME)];
const FORMAT_KEY = Buffer.from("format");
const TOUCH_KEY = Buffer.from("touched");

/** What LMDB calls the file with the data. */
export const DATA_FILE = "data.mdb";

/** Keys are bytes and so are values; both are sorted and kept as they are. */
const BYTES = { keyEncoding: "binary", encoding: "binary" } as const;

/** A database of bytes by bytes. */
export type ByteDatabase = Database<Uint8Array, Uint8Array>;

type Root = RootDatabase<Uint8Array, Uint8Array>;

/** The databases of a folder. */
export interface Environment {
  readonly root: Root;
  /**
   * Values by the keys of entries. The version of each is when it expires, in milliseconds since the epoch, 0 for
   * never: LMDB can be told to remove an entry only if that is still what it was.
   */
  readonly entries: ByteDatabase;
  /** What may have expired by when: empty values by keys of due rows, with the same versions. */
  readonly due: ByteDatabase;
  /** The present generation of each category that was cleared, in six bytes, by its name. */
  readonly generations: ByteDatabase;
  /** Writes something, so that it is known whether that is possible. */
  readonly touch: () => void;
}

/**
 * Opens the databases of a folder, which is created where there is none.
 * @param bootId names the time since the system started; see `UnsyncedMark`.
 * @param warn is told where the folder had to be emptied.
 * @throws {Error} the folder is another program's, broken, or of another version.
 */
export async function openEnvironment(
  { path, durability }: LmdbParameters,
  bootId: string | undefined,
  warn: (message: string) => void,
): Promise<Environment> {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const mark = new UnsyncedMark(path, bootId);
  if (mark.isStale()) {
    mark.emptyFolder();
    warn("Emptied the folder: the system has started anew since it was written to without a sync");
  }
  if (durability === "none") mark.set();
  checkDataFile(join(path, DATA_FILE));
  const root = open<Uint8Array, Uint8Array>(optionsFor(path, durability));
  try {
    const environment = await openDatabases(root);
    if (durability !== "none") await mark.clear(() => sync(environment));
    return environment;
  } catch (error) {
    await root.close();
    throw error;
  }
}

/** What LMDB's types leave out. */
interface EnvironmentOptions extends RootDatabaseOptionsWithPath {
  readonly permissionsMode: number;
}

function optionsFor(path: string, durability: LmdbParameters["durability"]): EnvironmentOptions {
  return {
    ...BYTES,
    path,
    noSubdir: false, // by default a path with a dot in it would be the file
    maxDbs: 4,
    permissionsMode: 0o600,
    noSync: durability === "none",
    overlappingSync: durability === "async",
    // Writes are batched by `WriteQueue`: LMDB's own batches leave a rejection behind that nobody can catch.
    eventTurnBatching: false,
  };
}

async function openDatabases(root: Root): Promise<Environment> {
  const isNew = root.getKeysCount({ limit: 1 }) === 0;
  if (!isNew && !META_KEYS.some((key) => root.doesExist(key))) {
    throw new Error(
      "expected a folder of this plugin: received one of another program (choose another path)",
    );
  }
  const meta = root.openDB<Uint8Array, Uint8Array>(META_NAME, BYTES);
  const format = meta.get(FORMAT_KEY)?.[0];
  // Of two lives that open a new folder at the same time, both write the same.
  if (format === undefined) await meta.put(FORMAT_KEY, Uint8Array.of(FORMAT));
  else if (format !== FORMAT) throw otherFormat(format);
  return {
    root,
    entries: root.openDB("entries", { ...BYTES, useVersions: true }),
    due: root.openDB("due", { ...BYTES, useVersions: true }),
    generations: root.openDB("generations", BYTES),
    touch: () => void meta.put(TOUCH_KEY, new Uint8Array(1)),
  };
}

/** Has the device know all that was written, by a write that waits for it. */
async function sync({ root, touch }: Environment): Promise<void> {
  await root.batch(touch);
  await root.flushed;
}

function otherFormat(format: number): Error {
  return new Error(
    `expected a folder of format ${FORMAT}: received format ${format}, of another version of this plugin (remove the folder, or choose another path)`,
  );
}
