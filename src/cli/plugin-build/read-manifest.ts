import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorReason } from "./error-reason.js";

/**
 * Reads the package.json of a plugin, whatever it holds.
 * @param refuse makes the error of what is wrong, from what was expected and the cause.
 * @throws what `refuse` makes: there is none in the folder, or it is no JSON.
 */
export async function readManifest(
  folder: string,
  refuse: (why: string, cause: unknown) => Error,
): Promise<unknown> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch((error: unknown) => {
    throw refuse(`expected a package.json in it: ${errorReason(error)}`, error);
  });
  try {
    // Editors on Windows begin files with this mark; npm takes it too.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw refuse(`expected its package.json to be JSON: ${errorReason(error)}`, error);
  }
}
