/**
 * Adapters as the registry has them, none of them changed. That for SQLite calls `better-sqlite3`, in whose place
 * `libsql` is installed: it has the same synchronous interface, and comes built for every Node.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A fresh folder. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "stockpile-keyv-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** A SQLite database of this folder; every query blocks the thread it is made in. */
export function sqliteIn(folder: string): object {
  return {
    adapter: "@resolid/keyv-sqlite",
    options: { uri: join(folder, "cache.sqlite"), enableWALMode: true, busyTimeout: 5000 },
  };
}

/** A file for each key in this folder. */
export function filesIn(folder: string): object {
  return { adapter: "keyv-file", options: { filename: join(folder, "files"), separatedFile: true } };
}

export function redisAt(url: string, namespace: string = "stockpile"): object {
  return { adapter: "@keyv/redis", arguments: [url, { connectionTimeout: 1000 }], namespace };
}
