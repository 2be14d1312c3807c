import { closeSync, fsyncSync, openSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";
import type { RootDatabase, RootDatabaseOptionsWithPath } from "lmdb";
import { checkDataFile } from "./check-data-file.js";
import type { LmdbParameters } from "./parse-parameters.js";
import type { UnsyncedMark } from "./unsynced-mark.js";

/** What LMDB calls the file with the data. */
export const DATA_FILE = "data.mdb";

/** Keys are bytes and so are values; both are sorted and kept as they are. */
export const BYTES = { keyEncoding: "binary", encoding: "binary" } as const;

/** An environment whose databases are of bytes by bytes. */
export type Root = RootDatabase<Uint8Array, Uint8Array>;

/** What LMDB's types leave out. */
interface EnvironmentOptions extends RootDatabaseOptionsWithPath {
  readonly permissionsMode: number;
}

const ANY_KEY = Uint8Array.of(1);

/** A line of LMDB's list of readers. */
const READER = /^\s*\d+\s/gm;

/**
 * Opens LMDB's environment in a folder that is written to with a sync, if it has no mark: then there is nothing to be
 * done alone. Whoever sets one looks for readers after that, and here the mark is looked for once this is a reader, so
 * that one of the two sees the other.
 * @returns `undefined` where it has a mark.
 */
export async function openUnmarked(
  { path, durability }: LmdbParameters,
  mark: UnsyncedMark,
): Promise<Root | undefined> {
  if (durability === "none" || mark.isSet()) return undefined;
  checkDataFile(join(path, DATA_FILE));
  const root = open<Uint8Array, Uint8Array>(optionsFor(path, durability));
  let isMarked = true;
  try {
    becomeReader(root);
    isMarked = mark.isSet();
  } finally {
    if (isMarked) await root.close();
  }
  return isMarked ? undefined : root;
}

/**
 * Opens LMDB's environment in a folder, and has the folder's mark say how it is written to. To be done alone: see
 * `alone`.
 * @param warn is told where the folder had to be emptied.
 * @throws {Error} the folder is another program's or broken, or is used with a durability that does not go with this.
 */
export function openRoot(
  { path, durability }: LmdbParameters,
  mark: UnsyncedMark,
  warn: (message: string) => void,
): Root {
  if (mark.isStale()) {
    mark.emptyFolder();
    warn("Emptied the folder: the system has started anew since it was written to without a sync");
  }
  checkDataFile(join(path, DATA_FILE));
  const [wasUnsynced, isUnsynced] = [mark.isSet(), durability === "none"];
  if (wasUnsynced === isUnsynced) return open(optionsFor(path, durability));
  // LMDB writes as soon as it opens a new file.
  if (isUnsynced) mark.set();
  try {
    const root = openAsOnly(path, durability);
    if (!isUnsynced) {
      syncFile(join(path, DATA_FILE));
      mark.remove();
    }
    return root;
  } catch (error) {
    if (isUnsynced) mark.remove();
    throw error;
  }
}

/** Opens a folder that is written to in another way from now on, which nobody may be using in the former way. */
function openAsOnly(path: string, durability: LmdbParameters["durability"]): Root {
  const root = open<Uint8Array, Uint8Array>(optionsFor(path, durability));
  let isAlone = false;
  try {
    isAlone = !hasOtherReaders(root);
  } finally {
    if (!isAlone) root.close().catch(() => undefined); // nothing was written to it
  }
  if (isAlone) return root;
  const expected = durability === "none" ? '"async" or "sync"' : '"none"';
  throw new Error(
    `expected "durability" to be ${expected}, as of others that use the folder: received ${JSON.stringify(durability)} (end those first)`,
  );
}

/** Whether the environment is open elsewhere, in this process or another. One that was killed does not count. */
function hasOtherReaders(root: Root): boolean {
  becomeReader(root);
  root.readerCheck();
  const readers = root.readerList().match(READER) ?? [];
  return readers.length > 1;
}

/** From its first read on an environment is in the list of readers. */
function becomeReader(root: Root): void {
  root.doesExist(ANY_KEY);
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

/** Has the device know all that was written to a file. */
function syncFile(file: string): void {
  const descriptor = openSync(file, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
