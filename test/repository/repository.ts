import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Compiled, this file lies in `dist/test/repository`. */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Folders that hold what was built or installed, not what was written. */
const NOT_WRITTEN = /(?:^|\/)(?:node_modules|dist)(?:\/|$)/;

/** The repository as it was written: paths are relative to its root, with `/` between names. */
export const repository = {
  /** Absolute. */
  path: (path: string): string => ROOT + path,

  exists: (path: string): boolean => existsSync(ROOT + path),

  read: (path: string): string => readFileSync(ROOT + path, "utf8"),

  /** The files below a folder whose names end so, sorted; none where there is no such folder. */
  list(folder: string, ending: string): string[] {
    if (!existsSync(ROOT + folder)) return [];
    return readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" })
      .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
      .filter((path) => path.endsWith(ending) && !NOT_WRITTEN.test(path))
      .toSorted();
  },

  /** The folders directly in a folder, sorted. */
  folders: (folder: string): string[] =>
    readdirSync(ROOT + folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted(),
};
