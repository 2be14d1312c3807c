import { randomBytes } from "node:crypto";
import { unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolders } from "./make-folders.js";

/** A block of most file systems, so that a full disk shows. */
const PROBE_BYTES = 4096;

/** Writes a file in a folder, which is created where there is none, and removes it. Fails as any write there would. */
export async function probeWriting(folder: string): Promise<void> {
  await makeFolders(folder);
  const path = join(folder, `${randomBytes(6).toString("hex")}.ping`);
  try {
    await writeFile(path, Buffer.alloc(PROBE_BYTES), { flag: "wx", mode: 0o600 });
  } finally {
    await unlink(path).catch(() => undefined); // it was not made, or a life that takes over has moved it
  }
}
