import { open } from "node:fs/promises";
import { BUILD_MARK } from "./build-mark.js";

/** The mark stands at the top, after a `#!` line at most. */
const HEAD_BYTES = 1024;

/**
 * Whether a file is a build of ours, and so may be replaced by another.
 * @throws {Error} it cannot be read.
 */
export async function isPluginBuild(file: string): Promise<boolean> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.toString("latin1", 0, bytesRead).includes(BUILD_MARK);
}
