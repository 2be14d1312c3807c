/** A life that opens while the last one closes. In a process of its own: it holds a file operation of the process up. */
import { rmSync } from "node:fs";
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import test from "ava";
import { FolderLock } from "@stockpile/plugin-file";
import { temporaryFolder } from "../support/temporary-folder.js";

const REFUSAL = /^expected no other host to use the folder/;

/** Runs `task` between the next listing of a folder and what the lister does with it. */
function afterListing(folder: string, task: () => Promise<unknown>): void {
  const { readdir } = files;
  const restore = (): void => {
    files.readdir = readdir;
    syncBuiltinESMExports();
  };
  // Of all its forms the one is called that answers names.
  files.readdir = (async (path: string) => {
    const names = await readdir(path);
    if (path !== folder) return names;
    restore();
    await task();
    return names;
  }) as typeof readdir;
  syncBuiltinESMExports();
}

test.serial("a life that opens while the last one gives the lock back has it, time after time", async (t) => {
  const root = temporaryFolder(t);
  let life = new FolderLock(root, "host");
  await life.acquire();
  for (let restart = 0; restart < 3; restart += 1) {
    const next = new FolderLock(root, "host");
    afterListing(join(root, "lock"), () => next.acquire());
    await life.release();
    await t.throwsAsync(new FolderLock(root, "other").acquire(), { message: REFUSAL });
    life = next;
  }
  await life.release();
  t.true(await new FolderLock(root, "other").acquire());
});

test.serial(
  "a life that has just taken the lock has it, although another one gave it back meanwhile",
  async (t) => {
    const root = temporaryFolder(t);
    const folder = join(root, "lock");
    const life = new FolderLock(root, "host");
    afterListing(folder, async () => {
      // The next listing is the one after it has created the lock.
      afterListing(folder, async () => {
        // As a host does that has the lock while this one waits.
        for (const name of await files.readdir(folder))
          if (name.endsWith(".life")) rmSync(join(folder, name));
        const short = new FolderLock(root, "host");
        t.false(await short.acquire());
        await short.release();
      });
    });
    t.true(await life.acquire());
    await t.throwsAsync(new FolderLock(root, "other").acquire(), { message: REFUSAL });
    await life.release();
    t.true(await new FolderLock(root, "other").acquire());
  },
);
