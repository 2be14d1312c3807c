/**
 * A disk that can be filled and made read-only. With root it is a file system in memory of its own; without, the
 * process and its children are granted no bytes in files (`RLIMIT_FSIZE`), and modes take the place of the mount.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { descendantsOf } from "./descendants-of.js";

/** Room for what a cell writes, and soon full. */
const SIZE = "8m";
/** What fills it. */
const BALLAST = "ballast";
const PROBE = "probe";
const BLOCK = Buffer.alloc(64 * 1024, 1);

/** How often it is tried to make a mount read-only. */
const REMOUNTS = 50;

const [ALL_BYTES, NO_BYTES] = ["unlimited", "0"];

/** Makes a small disk at `path`, where the system lets us; elsewhere it is a folder. */
export function makeDisk(path: string): void {
  mkdirSync(path, { recursive: true });
  if (process.getuid?.() !== 0) return;
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE},mode=0700`, "tmpfs", path], {
      stdio: "ignore",
    });
  } catch {
    // A container without the right to mount: the other means hold.
  }
}

/** Takes the disks below `folder` away again, also those of a process that died. */
export function removeDisks(folder: string): void {
  const mounted = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${folder}/`));
  // Two may be on one place: a read-only one on top.
  for (const path of mounted) execFileSync("umount", ["-l", path], { stdio: "ignore" });
}

/** Leaves no room for a byte. May be done again, for what is removed meanwhile makes room. */
export function fillDisk(path: string): void {
  if (!isMounted(path)) {
    limitFiles(NO_BYTES);
    return;
  }
  const file = openSync(join(path, BALLAST), "a");
  try {
    for (let size = BLOCK.byteLength; size > 0;) {
      try {
        writeSync(file, BLOCK, 0, size);
      } catch {
        size = Math.floor(size / 2); // no room for that much: the rest takes less
      }
    }
  } finally {
    closeSync(file);
  }
}

/** What a write comes to, as in `ENOSPC`; `undefined` where it is done. */
export function probeDisk(path: string): string | undefined {
  const probe = join(path, PROBE);
  try {
    writeFileSync(probe, "x");
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    try {
      unlinkSync(probe);
    } catch {
      // There is none, or none may be removed.
    }
  }
}

export function emptyDisk(path: string): void {
  if (isMounted(path)) rmSync(join(path, BALLAST), { force: true });
  else limitFiles(ALL_BYTES);
}

/** Lets nothing be written, by a second mount over the first: it does not matter what is open for writing. */
export function makeReadOnly(path: string): void {
  if (!isMounted(path)) {
    if (process.getuid?.() === 0)
      throw new Error("root may not mount here, and writes whatever a folder's modes are");
    setModes(path, 0o500);
    return;
  }
  execFileSync("mount", ["--bind", path, path]);
  for (let attempt = 1; ; attempt += 1) {
    try {
      execFileSync("mount", ["-o", "remount,bind,ro", path], { stdio: "ignore" });
      return;
    } catch (error) {
      // A file was opened for writing in between; it is soon closed.
      if (attempt === REMOUNTS) throw error;
    }
  }
}

export function makeWritable(path: string): void {
  if (isMounted(path)) execFileSync("umount", ["-l", path]);
  else setModes(path, 0o700);
}

function isMounted(path: string): boolean {
  return readFileSync("/proc/self/mounts", "utf8").includes(` ${path} tmpfs `);
}

function limitFiles(bytes: string): void {
  for (const pid of [process.pid, ...descendantsOf(process.pid)])
    execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
}

function setModes(root: string, mode: number): void {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), mode);
  chmodSync(root, mode);
}
