/** One host uses a folder at a time; a dead one keeps it from nobody. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { FolderLock, MAX_RUNNING } from "@stockpile/plugin-file";
import { timely, tooLong } from "../../support/timely.js";
import { until } from "../../support/until.js";
import { at, bytes, CALL, textOf } from "../support/entries.js";
import { Script } from "../support/run-script.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { openLife } from "./open-life.js";

const FILLER = new URL("fixtures/filler.js", import.meta.url);
const CONTENDER = new URL("fixtures/contender.js", import.meta.url);

const REFUSAL =
  /^Cannot open storage backend "file" in .*: expected no other host to use the folder: received the lock of process \d+ on \S+, which is running/;

/** The numbers of a folder's locks, ascending. */
function numbersOf(root: string): number[] {
  const names = readdirSync(join(root, "lock")).filter((name) => /^\d+$/.test(name));
  return names.map(Number).toSorted((one, other) => one - other);
}

/** How many lives of a host say that they use the folder. */
function presencesOf(root: string, host: string): number {
  return readdirSync(join(root, "lock")).filter((name) => name.startsWith(`${host}.`)).length;
}

/** What the lock that counts says. */
function lockOf(root: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, "lock", String(numbersOf(root).at(-1))), "utf8"));
}

/** Writes a lock as a host would have that is like this process but for what is said. */
async function leaveLock(root: string, differences: object): Promise<string> {
  const lock = new FolderLock(root, "left");
  await lock.acquire();
  const file = join(root, "lock", String((numbersOf(root).at(-1) ?? 0) + 1));
  writeFileSync(file, JSON.stringify({ ...lockOf(root), ...differences }));
  return file;
}

test("the lock names the process of the host and when it started, and no life", async (t) => {
  const { root } = await openLife(t, { hostId: "host" });
  const { hostId, pid, startTicks } = lockOf(root);
  t.is(hostId, "host");
  t.is(pid, process.pid);
  if (process.platform === "linux") {
    t.true(readFileSync("/proc/self/stat", "utf8").includes(` ${String(startTicks)} `));
  }
});

test("the process is that of the host's id, where the plugin runs in another one", async (t) => {
  const { root } = await openLife(t, { hostId: `${process.ppid}-1700000000000` });
  t.is(lockOf(root)["pid"], process.ppid);
});

test("another host is refused as long as the first is there, and changes nothing", async (t) => {
  const { root, backend } = await openLife(t, { hostId: "first" });
  await t.throwsAsync(openLife(t, { root, hostId: "second" }), { name: "StorageFailure", message: REFUSAL });
  await backend.put(at("a"), { value: bytes("one") }, CALL);
  t.is(await textOf(backend, at("a")), "one");
  t.is(lockOf(root)["hostId"], "first");
});

test("a host that closes gives the folder back, although its process lives on", async (t) => {
  const first = await openLife(t, { hostId: "first" });
  await first.backend.put(at("a"), { value: bytes("one") }, CALL);
  await first.backend.close();
  const second = await openLife(t, { root: first.root, hostId: "second" });
  t.is(await textOf(second.backend, at("a")), "one");
});

test("of two lives of a host, the one that closes does not give the other's folder away", async (t) => {
  const { root, backend } = await openLife(t, { hostId: "first" });
  const other = await openLife(t, { root, hostId: "first" });
  await backend.close();
  await t.throwsAsync(openLife(t, { root, hostId: "second" }), { message: REFUSAL });
  await other.backend.close();
  await t.notThrowsAsync(openLife(t, { root, hostId: "second" }));
});

test("a lock whose process has ended is taken over within a second", async (t) => {
  const root = temporaryFolder(t);
  await timely(t, async () => {
    const filler = new Script(t, FILLER, { path: root, entries: 1 });
    await filler.printed("done");
    await t.throwsAsync(openLife(t, { root }), { message: REFUSAL });
    await filler.kill();
    const startedAt = performance.now();
    const { backend } = await openLife(t, { root });
    const late = tooLong("taking over", performance.now() - startedAt, 1000);
    await backend.close();
    return late;
  });
});

if (process.platform === "linux") {
  test("a process that has the number of one that ended, and is another, does not hold its lock", async (t) => {
    const root = temporaryFolder(t);
    await leaveLock(root, { startTicks: "1" });
    await t.notThrowsAsync(openLife(t, { root, hostId: "next" }));
  });
}

test("of hosts that find a stale lock at the same time, one gets it", async (t) => {
  for (let round = 0; round < 20; round += 1) {
    const root = temporaryFolder(t);
    await leaveLock(root, { pid: 2 ** 31 - 1 });
    const locks = Array.from({ length: 8 }, (_, index) => new FolderLock(root, `host ${index}`));
    const taken = await Promise.allSettled(locks.map((lock) => lock.acquire()));
    t.is(taken.filter(({ status }) => status === "fulfilled").length, 1, `round ${round}`);
    const refused = taken.find((result) => result.status === "rejected");
    t.regex(String(refused?.reason), /expected no other host to use the folder/);
  }
});

test("of processes that find a stale lock at the same time, one gets it", async (t) => {
  for (let round = 0; round < 3; round += 1) {
    const root = temporaryFolder(t);
    await leaveLock(root, { pid: 2 ** 31 - 1 });
    const startAt = Date.now() + 1000;
    const contenders = Array.from({ length: 4 }, () => new Script(t, CONTENDER, { path: root, startAt }));
    const ends = await Promise.all(contenders.map((contender) => contender.printed("ended ")));
    t.is(ends.filter((end) => end === "open").length, 1, ends.join("\n"));
    t.is(ends.filter((end) => REFUSAL.test(end)).length, 3, ends.join("\n"));
    await Promise.all(contenders.map((contender) => contender.kill()));
  }
});

test("two lives of one host that open at the same time both do, under one lock", async (t) => {
  const root = temporaryFolder(t);
  const lives = await Promise.all([openLife(t, { root }), openLife(t, { root }), openLife(t, { root })]);
  for (const [index, { backend }] of lives.entries()) {
    await backend.put(at(`${index}`), { value: bytes("x") }, CALL);
  }
  for (const { backend } of lives) t.is(await textOf(backend, at("0")), "x");
  t.is(numbersOf(root).length, 1);
});

for (const [clock, lateMs] of [
  ["a clock that is right", 0],
  ["a clock that is an hour late", 3_600_000],
] as const) {
  test(`a lock of another machine is held as long as it is touched, by ${clock}`, async (t) => {
    const root = temporaryFolder(t);
    const file = await leaveLock(root, { scope: "another" });
    const touch = (): void => {
      const time = new Date(Date.now() - lateMs);
      utimesSync(file, time, time);
    };
    touch();
    const touching = setInterval(touch, 200);
    t.teardown(() => clearInterval(touching));
    await t.throwsAsync(openLife(t, { root, hostId: "next" }), { message: REFUSAL });
  });
}

test("a lock of another container that nobody touches for four seconds is taken over", async (t) => {
  const root = temporaryFolder(t);
  await leaveLock(root, { scope: "another" });
  const startedAt = performance.now();
  await t.notThrowsAsync(openLife(t, { root, hostId: "next" }));
  t.true(performance.now() - startedAt >= 4000);
});

test("a lock of another container on this machine that was silent for four seconds is taken over at once", async (t) => {
  await timely(t, async () => {
    const root = temporaryFolder(t);
    const here = new FolderLock(root, "here");
    await here.acquire();
    const [boot] = String(lockOf(root)["scope"]).split(" ");
    await here.release();
    const file = await leaveLock(root, { scope: `${boot} another` });
    const longAgo = new Date(Date.now() - 5000);
    utimesSync(file, longAgo, longAgo);
    const startedAt = performance.now();
    t.true(await new FolderLock(root, "next").acquire());
    return tooLong("taking over", performance.now() - startedAt, 1000);
  });
});

for (const [what, text] of [
  ["is empty, as its host died while creating it,", ""],
  ["is no lock", "null"],
] as const) {
  test(`a lock that ${what} holds for four seconds`, async (t) => {
    const root = temporaryFolder(t);
    mkdirSync(join(root, "lock"));
    writeFileSync(join(root, "lock", "7"), text);
    await t.notThrowsAsync(openLife(t, { root, hostId: "next" }));
    t.is(numbersOf(root).at(-1), 8);
  });
}

test("a life touches its lock every second, as long as it is open", async (t) => {
  const { backend, clock, root, slots } = await openLife(t);
  t.deepEqual(clock.intervals, [1000, 1000]);
  const lock = join(root, "lock", "1");
  for (let second = 0; second < 3; second += 1) {
    utimesSync(lock, 0, 0);
    const startedAt = Date.now();
    clock.tick();
    await slots.idle();
    t.true(statSync(lock).mtimeMs >= startedAt - 1);
  }
  await backend.close();
  utimesSync(lock, 0, 0);
  clock.tick();
  await slots.idle();
  t.is(statSync(lock).mtimeMs, 0);
});

test("a life touches its lock before any call that waits, of which there may be more than a disk does in seconds", async (t) => {
  const { clock, root, slots } = await openLife(t);
  const lock = join(root, "lock", "1");
  utimesSync(lock, 0, 0);
  const frees: (() => void)[] = [];
  for (let slot = 0; slot < MAX_RUNNING; slot += 1) {
    void slots.run("write", () => new Promise<void>((resolve) => frees.push(resolve)));
  }
  const waiting = slots.run("read", async () => statSync(lock).mtimeMs > 0);
  clock.tick();
  frees[0]?.();
  t.true(await waiting, "it was touched by then");
  frees[1]?.();
});

test("a host that is refused leaves nothing behind", async (t) => {
  const { root } = await openLife(t, { hostId: "first" });
  const before = readdirSync(join(root, "lock"));
  const lock = new FolderLock(root, "second");
  await t.throwsAsync(lock.acquire(), { message: /^expected no other host/ });
  t.deepEqual(readdirSync(join(root, "lock")), before);
});

test("a host whose lives were refused before gives the folder back when its last life closes", async (t) => {
  const first = await openLife(t, { hostId: "first" });
  const { root } = first;
  for (let count = 0; count < 3; count += 1) {
    await t.throwsAsync(openLife(t, { root, hostId: "second" }), { message: REFUSAL });
  }
  await first.backend.close();
  const second = await openLife(t, { root, hostId: "second" });
  await second.backend.close();
  await t.notThrowsAsync(openLife(t, { root, hostId: "third" }));
});

test("lives that waited while another host took the lock and gave it back keep it until the last has closed", async (t) => {
  const root = temporaryFolder(t);
  await leaveLock(root, { scope: "another" });
  const waiting = [new FolderLock(root, "waiting"), new FolderLock(root, "waiting")];
  const acquired = waiting.map((lock) => lock.acquire());
  await until("both to wait", () => presencesOf(root, "waiting") === 2);
  await sleep(500); // By now they have found the lock of the other container, and watch it.
  // The holder gives it back, which another host is the first to find.
  writeFileSync(join(root, "lock", "3"), JSON.stringify({ released: true }));
  const quick = new FolderLock(root, "quick");
  t.true(await quick.acquire());
  await quick.release();
  await Promise.all(acquired);
  t.is(presencesOf(root, "waiting"), 2, "each says that it is there");
  await waiting[0]?.release();
  await t.throwsAsync(openLife(t, { root, hostId: "third" }), { message: REFUSAL });
  await waiting[1]?.release();
  await t.notThrowsAsync(openLife(t, { root, hostId: "third" }));
});

test("giving the lock back removes no presence of a host that waits", async (t) => {
  const root = temporaryFolder(t);
  const holder = new FolderLock(root, "holder");
  await holder.acquire();
  writeFileSync(join(root, "lock", "waiting.0123456789ab.life"), "");
  await holder.release();
  t.is(presencesOf(root, "waiting"), 1);
});

test("an opening that fails once the lock was taken gives it back", async (t) => {
  const root = temporaryFolder(t);
  writeFileSync(join(root, "work"), "a file in the place of a folder");
  await t.throwsAsync(openLife(t, { root, hostId: "first" }), { code: "ENOTDIR" });
  t.is(presencesOf(root, "first"), 0);
  rmSync(join(root, "work"));
  await t.notThrowsAsync(openLife(t, { root, hostId: "second" }));
});

test("old locks and what dead lives have left are removed after a while", async (t) => {
  const root = temporaryFolder(t);
  for (let count = 0; count < 15; count += 1) {
    const { backend } = await openLife(t, { root, hostId: `host ${count}` });
    if (count % 2 === 0) await backend.close();
    else await leaveStale(root);
  }
  t.true(readdirSync(join(root, "lock")).length <= 12, readdirSync(join(root, "lock")).join(" "));
});

/** Has the lock that counts be that of a host which has ended. */
async function leaveStale(root: string): Promise<void> {
  const file = join(root, "lock", String(numbersOf(root).at(-1)));
  writeFileSync(file, JSON.stringify({ ...lockOf(root), pid: 2 ** 31 - 1 }));
}
