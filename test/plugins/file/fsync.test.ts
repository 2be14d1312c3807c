/** What the device is told to keep, and when. In a process of its own: it listens to all files of the process. */
import { readlinkSync } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, relative } from "node:path";
import test from "ava";
import { at, bytes, CALL } from "../support/entries.js";
import { listFiles } from "./list-files.js";
import { openLife } from "./open-life.js";
import type { Life } from "./open-life.js";

/** What was synced: of which kind, what, and how many entries the folder showed as it was called. */
interface Synced {
  readonly method: "sync" | "datasync";
  readonly path: string;
  readonly entries: number;
}

/** Runs a call and answers what was synced for it, in order. */
async function syncsOf({ root }: Life, call: () => Promise<void>): Promise<Synced[]> {
  const synced: Synced[] = [];
  const handle = await open(root, "r");
  // Node exports no class of its file handles.
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { sync, datasync } = prototype;
  const hear = (method: Synced["method"], { fd }: FileHandle): void => {
    const path = relative(root, readlinkSync(`/proc/self/fd/${fd}`));
    synced.push({ method, path, entries: listFiles(root, "entries").length });
  };
  prototype.sync = function (this: FileHandle): Promise<void> {
    hear("sync", this);
    return sync.call(this);
  };
  prototype.datasync = function (this: FileHandle): Promise<void> {
    hear("datasync", this);
    return datasync.call(this);
  };
  try {
    await call();
  } finally {
    Object.assign(prototype, { sync, datasync });
  }
  return synced;
}

if (process.platform === "linux") {
  test.serial("with fsync, a put syncs its file before it is moved in, and the folders after", async (t) => {
    const life = await openLife(t, { fsync: true });
    const { backend, root } = life;
    const first = await syncsOf(life, () => backend.put(at("a"), { value: bytes("x") }, CALL));
    const [entry = ""] = listFiles(root, "entries").map((path) => relative(root, path));
    const [entries = "", category = "", shard = ""] = entry.split("/");
    t.deepEqual(
      first.map(({ method, entries: count }) => [method, count]),
      [["datasync", 0], ...Array.from({ length: 4 }, () => ["sync", 1])],
    );
    t.regex(first[0]?.path ?? "", /^work\/.*\.new$/);
    t.deepEqual(
      first.slice(1).map(({ path }) => path),
      [`${entries}/${category}`, entries, "", `${entries}/${category}/${shard}`],
      "each new folder is an entry of the one above",
    );

    const second = await syncsOf(life, () => backend.put(at("a"), { value: bytes("y") }, CALL));
    t.deepEqual(
      second.map(({ method, path }) => (method === "sync" ? path : basename(path).replace(/^\d+/, ""))),
      [".new", `${entries}/${category}/${shard}`],
    );
  });

  test.serial("with fsync, a purge and a clear sync the folder once the entry is out of it", async (t) => {
    const life = await openLife(t, { fsync: true });
    const { backend, root } = life;
    for (const key of ["a", "b"]) await backend.put(at(key), { value: bytes("x") }, CALL);
    const files = listFiles(root, "entries");
    const purged = await syncsOf(life, () => backend.purge(at("a"), CALL));
    const [left] = listFiles(root, "entries");
    const gone = files.find((file) => file !== left) ?? "";
    const shard = relative(root, gone).split("/").slice(0, 3).join("/");
    t.deepEqual(purged, [{ method: "sync", path: shard, entries: 1 }]);
    const cleared = await syncsOf(life, () => backend.clear("player", CALL));
    t.deepEqual(cleared, [{ method: "sync", path: "entries", entries: 0 }]);
  });

  test.serial("without fsync, nothing waits for the device", async (t) => {
    const life = await openLife(t);
    const { backend } = life;
    const synced = await syncsOf(life, async () => {
      await backend.put(at("a"), { value: bytes("x") }, CALL);
      await backend.purge(at("a"), CALL);
      await backend.clear("player", CALL);
    });
    t.deepEqual(synced, []);
  });
}
