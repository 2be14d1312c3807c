import { join } from "node:path";
import type { Permission } from "./current-permission.js";

/** Nobody is granted a file of this name by itself. */
const NOBODYS_FILE = ".stockpile-nobodys";

/** Takes the working folder back, where Node can do that; answers whether it is out of reach now. */
export function hidesWorkingFolder(permission: Permission): boolean {
  const folder = process.cwd();
  permission.drop?.("fs.read", folder);
  // Of the folder itself this would not tell: some of what is in it may have been granted.
  return !permission.has("fs.read", join(folder, NOBODYS_FILE));
}
