import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import { FolderWatch } from "../../../src/cli/watch/folder-watch.js";
import { makeFolder } from "../../host/config/make-folder.js";
import { until } from "../../support/until.js";

interface Seen {
  readonly folder: string;
  readonly changes: Set<string>;
  readonly watch: FolderWatch;
  /** Resolves once a change of that file, in the folder, has been seen. */
  readonly change: (path: string) => Promise<unknown>;
}

async function watchFolder(t: ExecutionContext, path = "", isDeep = true): Promise<Seen> {
  const folder = await makeFolder(t, {
    "dist/main.js": "1",
    "dist/lib/part.js": "1",
    "dist/node_modules/x/x.js": "1",
  });
  const changes = new Set<string>();
  const watch = new FolderWatch({
    folder: join(folder, path),
    isDeep,
    onChange: (changed) => void changes.add(changed),
    onFailure: (failed, error) => t.fail(`${failed}: ${error.message}`),
  });
  t.teardown(() => watch.close());
  await watch.ready;
  return {
    folder,
    changes,
    watch,
    change: (changed) => until(`a change of ${changed}`, () => changes.delete(join(folder, changed))),
  };
}

test("a file that is written, replaced by another of its name, again and again, or removed is a change", async (t) => {
  const { folder, change } = await watchFolder(t, "dist");
  const file = join(folder, "dist/main.js");
  await writeFile(file, "2");
  await change("dist/main.js");
  for (let time = 0; time < 3; time += 1) {
    await writeFile(join(folder, "draft"), String(time));
    await rename(join(folder, "draft"), file);
    await change("dist/main.js");
  }
  await rm(file);
  await change("dist/main.js");
  t.pass();
});

test("what lies deeper is watched where asked for, folders that come later too, and node_modules never", async (t) => {
  const { folder, changes, change } = await watchFolder(t, "dist");
  await writeFile(join(folder, "dist/lib/part.js"), "2");
  await change("dist/lib/part.js");
  await mkdir(join(folder, "dist/new/deep"), { recursive: true });
  // Its own coming is told again once what is in it is seen.
  await change("dist/new/deep");
  await writeFile(join(folder, "dist/new/deep/part.js"), "1");
  await change("dist/new/deep/part.js");
  await writeFile(join(folder, "dist/node_modules/x/x.js"), "2");
  await writeFile(join(folder, "dist/main.js"), "2");
  await change("dist/main.js");
  t.false([...changes].some((path) => path.includes("node_modules/")));
});

test("what lies deeper is not watched where not asked for", async (t) => {
  const { folder, changes, change } = await watchFolder(t, "dist", false);
  await writeFile(join(folder, "dist/lib/part.js"), "2");
  await writeFile(join(folder, "dist/main.js"), "2");
  await change("dist/main.js");
  t.false(changes.has(join(folder, "dist/lib/part.js")));
});

test("a folder that is removed and made anew is watched again, and one that comes only later", async (t) => {
  const { folder, change } = await watchFolder(t, "dist");
  for (let time = 0; time < 3; time += 1) {
    await rm(join(folder, "dist"), { recursive: true });
    await change("dist/main.js");
    await mkdir(join(folder, "dist"));
    await change("dist");
    await writeFile(join(folder, "dist/main.js"), String(time));
    await change("dist/main.js");
  }
  const later = await watchFolder(t, "later/dist");
  await mkdir(join(later.folder, "later/dist"), { recursive: true });
  await later.change("later/dist");
  await writeFile(join(later.folder, "later/dist/main.js"), "1");
  await later.change("later/dist/main.js");
  t.pass();
});

test("nothing is told after close()", async (t) => {
  const { folder, changes, watch } = await watchFolder(t, "dist");
  watch.close();
  changes.clear();
  await rm(join(folder, "dist"), { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.is(changes.size, 0);
});
