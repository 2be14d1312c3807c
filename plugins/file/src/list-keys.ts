import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { CallContext, ScanPage, ScanQuery } from "@stockpile/core/plugin";
import type { EntryFiles } from "./entry-files.js";
import { categoryFolderOf, ENTRIES_FOLDER, FILE_NAME, SHARD_NAME } from "./entry-location.js";
import type { FileSlots } from "./file-slots.js";
import { ignoring } from "./ignoring.js";
import { isExpired } from "./is-expired.js";

/** What a listing works with. */
export interface ListParts {
  readonly root: string;
  readonly files: EntryFiles;
  readonly slots: FileSlots;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A cursor is the hash that was looked at last. */
const CURSOR = /^[0-9a-f]{64}$/;

/** Of the time a call has, what a page takes at most before it ends early. */
const SHARE_OF_TIME = 0.5;

/**
 * Lists keys in the order of their hashes, which nothing changes: a key that is there throughout is listed exactly
 * once, whatever comes and goes. Looks at no more files than the page may hold keys, so that a page may be short, or
 * empty, and yet not the last.
 * @throws {TypeError} the cursor is none that a page carried.
 */
export async function listKeys(parts: ListParts, query: ScanQuery, call: CallContext): Promise<ScanPage> {
  const { category, cursor = "", limit } = query;
  if (query.cursor !== undefined && !CURSOR.test(cursor)) throw wrongCursor(category, cursor);
  const until = parts.now() + (call.deadline - parts.now()) * SHARE_OF_TIME;
  const categoryFolder = categoryFolderOf(category);
  const keys: string[] = [];
  let looks = 0;
  for await (const hash of hashesAfter(parts, categoryFolder, cursor)) {
    const head = await parts.slots.run("read", () => parts.files.readHead({ categoryFolder, hash }));
    const isListed =
      typeof head === "object" && head.category === category && !isExpired(head.expiresAt, parts.now());
    if (isListed) keys.push(head.key);
    looks += 1;
    if (looks === limit || parts.now() > until) return { keys, cursor: hash };
  }
  return { keys };
}

async function* hashesAfter(
  { root, slots }: ListParts,
  categoryFolder: string,
  cursor: string,
): AsyncGenerator<string> {
  const folder = join(root, ENTRIES_FOLDER, categoryFolder);
  const list = async (path: string, form: RegExp): Promise<string[]> => {
    const names = await slots.run("read", () => ignoring(["ENOENT", "ENOTDIR"], readdir(path)));
    return (names ?? []).filter((name) => form.test(name)).toSorted();
  };
  for (const shard of await list(folder, SHARD_NAME)) {
    if (shard < cursor.slice(0, shard.length)) continue;
    for (const name of await list(join(folder, shard), FILE_NAME)) {
      if (shard + name > cursor) yield shard + name;
    }
  }
}

function wrongCursor(category: string, cursor: string): TypeError {
  return new TypeError(
    `Cannot scan category "${category}": expected "cursor" to be one that a scan answered: received ${JSON.stringify(cursor)}`,
  );
}
