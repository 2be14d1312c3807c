import { access } from "node:fs/promises";
import { errorCode } from "./error-code.js";

/** Whether there is something at the path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
