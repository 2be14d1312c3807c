/** LMDB's environment: the file with the databases in it. */
import { mkdirSync } from "node:fs";
import type { Database } from "lmdb";
import { alone } from "./alone.js";
import { BYTES, openRoot, openUnmarked } from "./open-root.js";
import type { Root } from "./open-root.js";
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

/** A database of bytes by bytes. */
export type ByteDatabase = Database<Uint8Array, Uint8Array>;

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
 * @throws {Error} the folder is another program's, broken, of another version, or used with a durability that does not
 * go with this one.
 */
export async function openEnvironment(
  parameters: LmdbParameters,
  bootId: string | undefined,
  warn: (message: string) => void,
): Promise<Environment> {
  const { path } = parameters;
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const mark = new UnsyncedMark(path, bootId);
  const root =
    (await openUnmarked(parameters, mark)) ??
    (await alone(path, bootId, () => openRoot(parameters, mark, warn)));
  try {
    return await openDatabases(root);
  } catch (error) {
    await root.close();
    throw error;
  }
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

function otherFormat(format: number): Error {
  return new Error(
    `expected a folder of format ${FORMAT}: received format ${format}, of another version of this plugin (remove the folder, or choose another path)`,
  );
}
