import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./error-code.js";

/**
 * Makes a folder, for this user alone, and those above it that are not there.
 *
 * Node's own `recursive` goes from the folder to its parent and back without end, in a thread of the pool, where a file
 * system answers `ENOENT` although the parent is there, as /proc does. This one tries each folder twice at most.
 * @returns the first folder that was made, `undefined` where all were there.
 * @throws {Error} Node's own, as of `mkdir`: with `EEXIST` where something else has the name.
 */
export async function makeFolders(path: string): Promise<string | undefined> {
  const parent = dirname(path);
  try {
    return await makeFolder(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT" || parent === path) throw error;
  }
  const first = await makeFolders(parent);
  const own = await makeFolder(path);
  return first ?? own;
}

/** @returns the path; `undefined` where the folder was there. */
async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, { mode: 0o700 });
    return path;
  } catch (error) {
    // Whatever a system says of a folder that is there: not every one says EEXIST.
    if (await isFolder(path)) return undefined;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // What went wrong with making it is what is to be told.
    return false;
  }
}
