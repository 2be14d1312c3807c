import { readFile } from "node:fs/promises";

import { errorReason } from "../plugin-build/error-reason.js";
import type { RemoteOptions } from "./server-option.js";

/** What a server takes (RFC 6750); a test compares it with the server's own. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * The token for a server: the text of the file, without blanks around it, or the environment's.
 * @returns `undefined`: neither is given; the server says whether one is needed.
 * @throws {Error} the file cannot be read, or what is given is no token; it is not shown.
 */
export async function readToken({ tokenFile }: RemoteOptions): Promise<string | undefined> {
  if (tokenFile !== undefined) return checkToken(await readTokenFile(tokenFile), tokenFile);
  const token = process.env["STOCKPILE_TOKEN"] || undefined;
  return token === undefined ? undefined : checkToken(token, "STOCKPILE_TOKEN");
}

async function readTokenFile(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    throw new Error(`Cannot read token from ${file}: ${errorReason(error)}`, { cause: error });
  }
}

/** Here, and not by whoever makes a header of it: those show what they have received. */
function checkToken(text: string, place: string): string {
  if (TOKEN.test(text)) return text;
  throw new Error(
    `Cannot use token from ${place}: expected the token alone, of A-Z, a-z, 0-9 and -._~+/, with "=" at its end if need be`,
  );
}
