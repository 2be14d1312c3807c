import { lstat, readdir, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { ignoring } from "./ignoring.js";

/**
 * Removes what is at a path, a folder with all it holds, one file operation at a time: yields before each. Links are
 * removed, not followed. What is gone already is passed over.
 * @param run runs an operation when there is time for it.
 */
export async function* removeTree(
  path: string,
  run: <T>(operation: () => Promise<T>) => Promise<T>,
): AsyncGenerator<undefined> {
  yield;
  const stats = await run(() => ignoring(["ENOENT"], lstat(path)));
  if (stats?.isDirectory() !== true) {
    await run(() => ignoring(["ENOENT"], unlink(path)));
    return;
  }
  yield;
  const entries = await run(() => ignoring(["ENOENT"], readdir(path, { withFileTypes: true })));
  for (const entry of entries ?? []) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) {
      yield* removeTree(child, run);
    } else {
      yield;
      await run(() => ignoring(["ENOENT"], unlink(child)));
    }
  }
  yield;
  await run(() => ignoring(["ENOENT", "ENOTEMPTY", "EEXIST"], rmdir(path)));
}
