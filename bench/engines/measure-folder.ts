import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** `st_blocks` counts in these, whatever the file system's own blocks are. */
const BLOCK_BYTES = 512;

/** What the files of a folder take of the disk, in MB. */
export async function folderMb(folder: string): Promise<number> {
  let blocks = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    blocks += (await stat(join(entry.parentPath, entry.name))).blocks;
  }
  return (blocks * BLOCK_BYTES) / 1_000_000;
}
