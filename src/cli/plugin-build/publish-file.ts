import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Puts a file in place in one step: whoever reads it meanwhile has the former or the new one, never half of it. The
 * folder must be there.
 * @throws {Error} the system's own; nothing has changed then.
 */
export async function publishFile(file: string, text: string): Promise<void> {
  // A name that begins with a dot is passed over by plugin directories.
  const draft = join(dirname(file), `.${basename(file)}.${randomUUID()}.tmp`);
  try {
    {
      await using handle = await open(draft, "wx");
      await handle.writeFile(text);
      await handle.sync();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
