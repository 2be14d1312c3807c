import { readFile } from "node:fs/promises";

import { errorReason } from "../plugin-build/error-reason.js";
import type { RemoteOptions } from "./server-option.js";

/**
 * The token for a server: the text of the file, without blanks around it, or the environment's.
 * @returns `undefined`: neither is given; the server says whether one is needed.
 * @throws {Error} the file cannot be read.
 */
export async function readToken({ tokenFile }: RemoteOptions): Promise<string | undefined> {
  if (tokenFile === undefined) return process.env["STOCKPILE_TOKEN"] || undefined;
  try {
    return (await readFile(tokenFile, "utf8")).trim();
  } catch (error) {
    throw new Error(`Cannot read token from ${tokenFile}: ${errorReason(error)}`, { cause: error });
  }
}
