/** A disk that is full, read-only or somebody else's, and a process that may open no more files. */
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import { at, bytes, CALL, textOf } from "../support/entries.js";
import { Script } from "../support/run-script.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { listFiles } from "./list-files.js";
import { openLife } from "./open-life.js";

const FILLER = new URL("fixtures/filler.js", import.meta.url);
const LIMITED = new URL("fixtures/limited.js", import.meta.url);

const isRoot = process.getuid?.() === 0;
/** A user that owns nothing, by the number it has on most systems. */
const NOBODY = 65_534;

/** How the steps of a child ended, by step. */
async function takeSteps(
  t: ExecutionContext,
  path: string,
  steps: readonly string[],
  through: readonly string[] = [],
): Promise<Record<string, { answer?: unknown; message?: string; code?: string }>> {
  const script = new Script(t, LIMITED, { path, steps }, { through, ...(isRoot ? { uid: NOBODY } : {}) });
  await script.printed("done");
  const ends = script.lines.filter((line) => line !== "done").map((line) => line.split(/ (.*)/s));
  return Object.fromEntries(ends.map(([step = "", end = ""]) => [step, JSON.parse(end)]));
}

/** A folder of which the child is the owner. */
function folderOfChild(t: ExecutionContext): string {
  const folder = temporaryFolder(t);
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  return folder;
}

/** Sets the modes of a folder and all in it. */
function setModes(root: string, folderMode: number, fileMode: number): void {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : fileMode);
  }
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), folderMode);
  }
  chmodSync(root, folderMode);
}

test("a process that is not root uses a folder of its own", async (t) => {
  const path = join(folderOfChild(t), "data");
  const ends = await takeSteps(t, path, [
    "open",
    "put:a:10",
    "get:a",
    "ping",
    "clear",
    "put:b:5",
    "purge:b",
    "get:b",
  ]);
  t.deepEqual(
    Object.values(ends).map(({ answer, message }) => answer ?? message),
    ["done", "done", 10, "done", "done", "done", "done", "none"],
  );
});

test("a folder that may not be written to serves reads, and says of each write what is wrong and what to do", async (t) => {
  const path = join(folderOfChild(t), "data");
  await takeSteps(t, path, ["open", "put:a:10"]);
  setModes(path, 0o500, 0o400);
  t.teardown(() => setModes(path, 0o700, 0o600));
  const ends = await takeSteps(t, path, [
    "open",
    "get:a",
    "get:b",
    "put:a:20",
    "purge:a",
    "clear",
    "ping",
    "get:a:again",
  ]);
  t.is(ends["open"]?.answer, "done");
  t.is(ends["get:a"]?.answer, 10);
  t.is(ends["get:b"]?.answer, "none");
  t.is(ends["get:a:again"]?.answer, 10);
  for (const [step, action] of [
    ["put:a:20", 'store entry of category "player"'],
    ["purge:a", 'purge entry of category "player"'],
    ["clear", 'clear category "player"'],
    ["ping", "write"],
  ] as const) {
    t.is(ends[step]?.code, "EACCES");
    t.is(
      ends[step]?.message,
      `Cannot ${action} in ${path}: expected permission: received EACCES (give the folder to the user this process runs as, or choose another path)`,
    );
  }
});

test("a folder that may not be written to is refused as any other while another host uses it", async (t) => {
  const path = join(folderOfChild(t), "data");
  const holder = new Script(t, FILLER, { path, entries: 1 }, isRoot ? { uid: NOBODY } : {});
  await holder.printed("done");
  setModes(path, 0o500, 0o400);
  t.teardown(() => setModes(path, 0o700, 0o600));
  const refused = await takeSteps(t, path, ["open"]);
  t.regex(
    refused["open"]?.message ?? "",
    /: expected no other host to use the folder: received the lock of process \d+ /,
  );
  await holder.kill();
  t.is((await takeSteps(t, path, ["open"]))["open"]?.answer, "done");
});

if (process.platform === "linux") {
  test("a folder on a file system that makes none is an error of the opening that says so, at once", async (t) => {
    const root = "/proc/stockpile/data";
    await t.throwsAsync(openLife(t, { root }), {
      code: "ENOENT",
      message: `Cannot open storage backend "file" in ${root}: expected a folder that can be made: received ENOENT (its file system makes none there: choose another path)`,
    });
  });
}

test("a folder that cannot be made is an error of the opening that says so", async (t) => {
  const parent = folderOfChild(t);
  chmodSync(parent, 0o500);
  const ends = await takeSteps(t, join(parent, "data"), ["open"]);
  t.is(ends["open"]?.code, "EACCES");
  t.regex(
    ends["open"]?.message ?? "",
    /^Cannot open storage backend "file" in .*data: expected permission: /,
  );
});

test("a path that is a file is an error of the opening that says so", async (t) => {
  const file = join(temporaryFolder(t), "file");
  writeFileSync(file, "");
  await t.throwsAsync(openLife(t, { root: file }), {
    name: "StorageFailure",
    message: /expected a folder: received EEXIST \(there is a file/,
  });
  await t.throwsAsync(openLife(t, { root: join(file, "data") }), {
    message: /expected a folder: received ENOTDIR/,
  });
});

test("a value over the size limit of the process is refused, the entry before and the backend stay", async (t) => {
  const path = join(folderOfChild(t), "data");
  const limited = ["sh", "-c", 'ulimit -f 2000; exec "$@"', "sh"];
  const steps = [
    "open",
    "put:a:10",
    "put:a:4000000",
    "get:a",
    "put:b:4000000",
    "get:b",
    "put:c:70000",
    "get:c",
  ];
  const ends = await takeSteps(t, path, steps, limited);
  t.is(ends["put:a:4000000"]?.code, "EFBIG");
  t.regex(ends["put:a:4000000"]?.message ?? "", /^Cannot store entry .*: received EFBIG \(raise the limit/);
  t.is(ends["get:a"]?.answer, 10);
  t.is(ends["get:b"]?.answer, "none");
  t.is(ends["get:c"]?.answer, 70_000);
  t.deepEqual(listFiles(path, "work"), []);
});

test("a process that has no file descriptors left gets errors that say so, and goes on once it has", async (t) => {
  const path = join(folderOfChild(t), "data");
  const limited = ["sh", "-c", 'ulimit -n 60; exec "$@"', "sh"];
  const steps = ["open", "put:a:10", "hoard", "get:a", "put:b:10", "free", "get:a:again", "put:c:10"];
  const ends = await takeSteps(t, path, steps, limited);
  for (const step of ["get:a", "put:b:10"]) {
    t.is(ends[step]?.code, "EMFILE");
    t.regex(ends[step]?.message ?? "", /received EMFILE \(raise its limit, as with ulimit -n\)$/);
  }
  t.is(ends["get:a:again"]?.answer, 10);
  t.is(ends["put:c:10"]?.answer, "done");
});

/** Mounts a file system of its own, of 1 MiB; answers where, or nothing where this process may not. */
function mountSmall(): string | undefined {
  if (!isRoot || process.platform !== "linux") return undefined;
  const folder = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], { stdio: "ignore" });
    return folder;
  } catch {
    // As in most containers. What a limit of the process does to a write is tested all the same.
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

const mounted = mountSmall();
if (mounted !== undefined) {
  test.after.always(() => {
    execFileSync("umount", ["--lazy", mounted]);
    rmSync(mounted, { recursive: true });
  });

  test.serial(
    "a full disk refuses writes, serves reads, and takes writes again once there is room",
    async (t) => {
      const root = join(mounted, "full");
      const { backend, warnings } = await openLife(t, { root });
      await backend.put(at("a"), { value: bytes("one") }, CALL);
      let stored = 0;
      const fill = async (): Promise<void> => {
        for (; ; stored += 1)
          await backend.put(at(`${stored}`), { value: new Uint8Array(100_000).fill(stored) }, CALL);
      };
      await t.throwsAsync(fill(), {
        name: "StorageFailure",
        code: "ENOSPC",
        message: `Cannot store entry of category "player" in ${root}: expected space on the device: received ENOSPC (free some, or choose another path)`,
      });
      t.true(stored >= 8);
      await t.throwsAsync(backend.put(at("a"), { value: new Uint8Array(200_000) }, CALL), { code: "ENOSPC" });
      t.is(await textOf(backend, at("a")), "one");
      for (let index = 0; index < stored; index += 1) {
        t.true(
          Buffer.alloc(100_000, index).equals(
            (await backend.get(at(`${index}`), CALL))?.value ?? Buffer.alloc(0),
          ),
        );
      }
      t.deepEqual(listFiles(root, "work"), [], "nothing half-written takes room");
      await backend.purge(at("0"), CALL);
      await backend.put(at("a"), { value: bytes("two") }, CALL);
      t.is(await textOf(backend, at("a")), "two");
      t.deepEqual(warnings, []);
      await backend.close();
      rmSync(root, { recursive: true });
    },
  );

  test.serial("a backend opens on a full disk for reading, and writes once there is room", async (t) => {
    const root = join(mounted, "opened-full");
    const first = await openLife(t, { root });
    await first.backend.put(at("a"), { value: bytes("one") }, CALL);
    await first.backend.close();
    const filler = join(mounted, "filler");
    try {
      writeFileSync(filler, Buffer.alloc(2 * 1024 * 1024));
    } catch {
      // It takes what there is.
    }
    const { backend } = await openLife(t, { root, hostId: "next" });
    t.is(await textOf(backend, at("a")), "one");
    await t.throwsAsync(backend.ping(), { code: "ENOSPC" });
    await t.throwsAsync(backend.put(at("a"), { value: bytes("two") }, CALL), { code: "ENOSPC" });
    rmSync(filler);
    await backend.put(at("a"), { value: bytes("three") }, CALL);
    await backend.ping();
    t.is(await textOf(backend, at("a")), "three");
    await backend.close();
    rmSync(root, { recursive: true });
  });

  test.serial(
    "a disk that becomes read-only serves reads, also to a life that opens then, and writes once it is writable",
    async (t) => {
      const root = join(mounted, "read-only");
      const one = await openLife(t, { root });
      await one.backend.put(at("a"), { value: bytes("one") }, CALL);
      execFileSync("mount", ["-o", "remount,ro", mounted]);
      try {
        const two = await openLife(t, { root });
        for (const { backend } of [one, two]) {
          t.is(await textOf(backend, at("a")), "one");
          for (const write of [
            backend.put(at("a"), { value: bytes("two") }, CALL),
            backend.purge(at("a"), CALL),
            backend.clear("player", CALL),
            backend.ping(),
          ]) {
            await t.throwsAsync(write, {
              code: "EROFS",
              message: /expected a file system that can be written to/,
            });
          }
        }
        t.is(two.warnings.length, 1, "it says so once, as it opens");
      } finally {
        execFileSync("mount", ["-o", "remount,rw", mounted]);
      }
      await one.backend.put(at("a"), { value: bytes("three") }, CALL);
      t.is(await textOf(one.backend, at("a")), "three");
      await one.backend.close();
      t.true(existsSync(root));
      rmSync(root, { recursive: true });
    },
  );
}
