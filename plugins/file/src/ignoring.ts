import { errorCode } from "./error-code.js";

/** Waits for a file operation and answers `undefined` where it fails with one of these codes. */
export async function ignoring<T>(codes: readonly string[], operation: Promise<T>): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (codes.includes(errorCode(error) ?? "")) return undefined;
    throw error;
  }
}
