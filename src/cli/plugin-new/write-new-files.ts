import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorReason } from "../plugin-build/error-reason.js";

/**
 * Writes files where there is nothing. What was written is taken away again where one of them cannot be.
 * @param folder absolute; it may be there if it is empty.
 * @param files their texts, by paths within the folder.
 * @throws {Error} the folder holds something, or a file cannot be written. What is there is never written over.
 */
export async function writeNewFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const refuse = (why: string, cause?: unknown): Error =>
    new Error(`Cannot make a plugin in ${folder}: ${why}`, cause === undefined ? {} : { cause });
  const present = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw refuse(`expected an empty folder or nothing there: ${errorReason(error)}`, error);
  });
  // A repository that has just been begun is as good as nothing.
  const others = (present ?? []).filter((name) => name !== ".git");
  if (others.length > 0) {
    throw refuse(
      `expected an empty folder or nothing there: found ${others.slice(0, 3).join(", ")}${others.length > 3 ? " and more" : ""}`,
    );
  }
  const written: string[] = [];
  try {
    for (const [path, text] of files) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      // Somebody may have been quicker since.
      await writeFile(file, text, { flag: "wx" });
      written.push(file);
    }
  } catch (error) {
    await Promise.all(written.map((file) => rm(file, { force: true })));
    throw refuse(errorReason(error), error);
  }
}
