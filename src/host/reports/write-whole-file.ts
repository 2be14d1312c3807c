import { open, rename, unlink } from "node:fs/promises";

/** Only the owner: a report may tell more of a program than others on the machine should know. */
const MODE = 0o600;

/**
 * Writes a new file so that whoever sees it sees all of it.
 * @throws {Error} a file operation failed; nothing is left behind that could be removed.
 */
export async function writeWholeFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  // Fails where there is one already, and follows no link.
  const file = await open(temporary, "wx", MODE);
  try {
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    // What failed is reported; that it also cannot be removed says no more.
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}
