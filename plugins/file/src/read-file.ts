import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { ignoring } from "./ignoring.js";

/**
 * No link is followed out of the folder, and opening a named pipe somebody has put there does not wait for a writer.
 * Windows has neither flag.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What says that there is no file of ours: nothing, a folder, a link, or something else in the place of a folder. */
const ABSENT = ["ENOENT", "EISDIR", "ELOOP", "ENOTDIR", "ENXIO"];

/**
 * Reads a file of which it is not known how long it is. One operation is under way at a time.
 * @param startBytes how much to read first.
 * @param lengthOf answers from that start how long the file is to be, `undefined` where no more is wanted.
 * @returns the whole file in memory of its own, or its start where no more is wanted or it is not as long as it is to
 * be; `undefined` where there is no file.
 */
export async function readFile(
  path: string,
  startBytes: number,
  lengthOf: (start: Buffer) => number | undefined = () => undefined,
): Promise<Buffer | undefined> {
  const handle = await ignoring(ABSENT, open(path, FLAGS));
  if (handle === undefined) return undefined;
  try {
    return await ignoring(ABSENT, readStart(handle, startBytes, lengthOf));
  } finally {
    await handle.close();
  }
}

async function readStart(
  handle: FileHandle,
  startBytes: number,
  lengthOf: (start: Buffer) => number | undefined,
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(startBytes);
  const { bytesRead } = await handle.read(buffer, 0, startBytes, 0);
  const start = buffer.subarray(0, bytesRead);
  const wanted = lengthOf(start);
  const isDone =
    wanted === undefined || wanted < bytesRead || (wanted === bytesRead && bytesRead < startBytes);
  if (isDone) return start;
  // Before room is made for it: a damaged file may claim any length.
  const { size } = await handle.stat();
  if (size !== wanted) return start;
  const whole = Buffer.allocUnsafeSlow(wanted);
  start.copy(whole);
  return fill(handle, whole, bytesRead);
}

/** Reads into the buffer from `offset` on, until it is full or the file ends; answers what there is. */
async function fill(handle: FileHandle, buffer: Buffer, offset: number): Promise<Buffer> {
  let filled = offset;
  while (filled < buffer.byteLength) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.byteLength - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
