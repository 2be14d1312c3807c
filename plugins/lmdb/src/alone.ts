import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";
import type { RootDatabaseOptionsWithPath } from "lmdb";

/** What the names of a lock's files begin with. */
const LOCK_PREFIX = "opening-";

/**
 * Does something while nobody else does so with the same folder, of this process or another. The lock is the one for
 * writing of an LMDB environment that holds nothing: the system gives it back when its holder ends, in whatever way.
 * @param bootId names the time since the system started. Each has a lock of its own, because one that a crash of the
 * system has left broken could never be opened again.
 * @param action short, since others wait for it, and at once.
 */
export async function alone<T>(folder: string, bootId: string | undefined, action: () => T): Promise<T> {
  const name = `${LOCK_PREFIX}${bootId ?? "ever"}`;
  const options: RootDatabaseOptionsWithPath & { permissionsMode: number } = {
    path: join(folder, name),
    noSubdir: true,
    noSync: true,
    permissionsMode: 0o600,
  };
  const lock = open(options);
  try {
    const results: T[] = [];
    lock.transactionSync(() => {
      removeFormerLocks(folder, name);
      results.push(action());
    });
    return results[0] as T;
  } finally {
    await lock.close();
  }
}

/** Those of former starts of the system: nobody can hold one. */
function removeFormerLocks(folder: string, name: string): void {
  const former = readdirSync(folder).filter((each) => each.startsWith(LOCK_PREFIX) && !each.startsWith(name));
  for (const each of former) rmSync(join(folder, each), { force: true });
}
