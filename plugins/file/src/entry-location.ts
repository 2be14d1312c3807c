import { createHash } from "node:crypto";
import { join } from "node:path";

/** Under this name the folder has the entries, one folder per category. */
export const ENTRIES_FOLDER = "entries";

/** What a shard's and an entry's file are called: the hash of the key, taken apart. */
export const SHARD_NAME: RegExp = /^[0-9a-f]{2}$/;
export const FILE_NAME: RegExp = /^[0-9a-f]{62}$/;

const SHARD_CHARACTERS = 2;

/** Of a category's name in that of its folder, for people; the hash that follows tells categories apart. */
const SLUG_CHARACTERS = 32;
/** 128 bits: no two categories are going to meet. */
const CATEGORY_HASH_CHARACTERS = 32;

/** Where an entry's file is. */
export interface EntryLocation {
  /** The name of the category's folder. */
  readonly categoryFolder: string;
  /** Of the key: 64 hexadecimal digits, so that file systems that do not tell `A` from `a` do. */
  readonly hash: string;
}

/**
 * Finds the place of an entry. Whatever category and key are, the names hold nothing but `a-z`, `0-9`, `_` and `-`:
 * no separator, no dot, nothing that a file system takes for something else.
 */
export function locateEntry(category: string, key: string): EntryLocation {
  return { categoryFolder: categoryFolderOf(category), hash: sha256(key) };
}

/** The name of a category's folder. */
export function categoryFolderOf(category: string): string {
  const slug = category.replaceAll(/[^a-z0-9_-]/g, "_").slice(0, SLUG_CHARACTERS);
  return `${slug}-${sha256(category).slice(0, CATEGORY_HASH_CHARACTERS)}`;
}

/** The folder of an entry's file: each of 256 has a fair share of the category's. */
export function shardOf(root: string, { categoryFolder, hash }: EntryLocation): string {
  return join(root, ENTRIES_FOLDER, categoryFolder, hash.slice(0, SHARD_CHARACTERS));
}

/** The path of an entry's file. */
export function fileOf(root: string, location: EntryLocation): string {
  return join(shardOf(root, location), location.hash.slice(SHARD_CHARACTERS));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
