import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import test from "ava";
import { Piscina } from "piscina";
import { guardPiscinaPort } from "../../../src/host/life/guard-piscina-port.js";
import type { PiscinaPortGuard } from "../../../src/host/life/guard-piscina-port.js";

const require = createRequire(import.meta.url);

const TASK_URL = new URL("posting-task.js", import.meta.url).href;

interface Guarded {
  readonly pool: Piscina;
  readonly refused: unknown[];
  readonly mismatches: string[];
  readonly closed: Promise<unknown>;
}

/** A pool whose guard admits what names a known task. */
function openPool(): Guarded {
  const pool = new Piscina({
    filename: TASK_URL,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: Infinity,
    atomics: "disabled",
  });
  const refused: unknown[] = [];
  const mismatches: string[] = [];
  const closing = new EventEmitter();
  const closed = once(closing, "close");
  guardPiscinaPort(pool, {
    admit: (message, isKnownTask) => {
      const { taskId } = (message ?? {}) as { taskId?: unknown };
      const isAdmitted = isKnownTask(taskId);
      if (!isAdmitted) refused.push(message);
      return isAdmitted;
    },
    onClose: () => void closing.emit("close"),
    onMismatch: (message) => void mismatches.push(message),
  });
  return { pool, refused, mismatches, closed };
}

test("guardPiscinaPort() finds what it leans on in the Piscina that is installed", async (t) => {
  const { pool, refused, mismatches } = openPool();
  t.teardown(() => pool.destroy());
  t.is(await pool.run({}), "done");
  t.deepEqual(mismatches, []);
  t.deepEqual(refused, []);
});

for (const message of [null, "text", {}, { taskId: -1 }, { taskId: "__proto__" }]) {
  test(`guardPiscinaPort() keeps ${JSON.stringify(message)} from Piscina, which would throw`, async (t) => {
    const { pool, refused } = openPool();
    t.teardown(() => pool.destroy());
    t.is(await pool.run({ messages: [message] }), "done");
    t.deepEqual(refused, [message]);
  });
}

test("guardPiscinaPort() tells when the port closes", async (t) => {
  const { pool, closed } = openPool();
  await pool.run({});
  await pool.destroy();
  await t.notThrowsAsync(closed);
});

const info = { onMessage: () => {}, port: new EventEmitter(), taskInfos: new Map() };
const KEY = Symbol("worker info");

for (const [what, worker] of Object.entries<object>({
  "no symbol": {},
  "no object behind its symbol": { [KEY]: undefined },
  "no onMessage": { [KEY]: { ...info, onMessage: undefined } },
  "no port": { [KEY]: { ...info, port: undefined } },
  "a null port": { [KEY]: { ...info, port: null } },
  "tasks in another collection": { [KEY]: { ...info, taskInfos: {} } },
})) {
  test(`guardPiscinaPort() reports a worker with ${what} as a mismatch`, (t) => {
    const mismatches: string[] = [];
    createWorker(worker, { onMismatch: (message) => void mismatches.push(message) });
    t.is(mismatches.length, 1);
    t.regex(mismatches[0] ?? "", /Piscina's internals have another shape/);
  });
}

test("guardPiscinaPort() hands on what is admitted, as a method of the worker's info", (t) => {
  const heard: unknown[] = [];
  const taskInfos = new Map([[5, {}]]);
  const own = {
    port: new EventEmitter(),
    taskInfos,
    onMessage(this: unknown, message: unknown): void {
      heard.push([this, message]);
    },
  };
  createWorker({ [KEY]: own }, { admit: (message, isKnownTask) => isKnownTask(message) });
  own.onMessage(5);
  own.onMessage(6);
  taskInfos.clear();
  own.onMessage(5);
  t.deepEqual(heard, [[own, 5]]);
});

for (const name of ["piscina", "comlink"]) {
  test(`package.json pins ${name} exactly, and that version is installed`, async (t) => {
    const manifest = await readJson(new URL("../../../../package.json", import.meta.url));
    const range = (manifest["dependencies"] as Record<string, string>)[name] ?? "";
    t.regex(range, /^\d+\.\d+\.\d+$/);
    t.is((await installed(name))["version"], range);
  });
}

/** Has the guard see a worker being created in a pool that is none. */
function createWorker(worker: object, guard: Partial<PiscinaPortGuard>): void {
  const pool = new EventEmitter();
  // Only the pool's events are used.
  guardPiscinaPort(pool as Piscina, {
    admit: () => true,
    onClose: () => {},
    onMismatch: () => {},
    ...guard,
  });
  pool.emit("workerCreate", worker);
}

/** The manifest of a package: it lies above its entry, which may lie deeper. */
async function installed(name: string): Promise<Record<string, unknown>> {
  for (let url = pathToFileURL(require.resolve(name)); url.pathname !== "/"; url = new URL("..", url)) {
    const manifest = await readJson(new URL("package.json", url)).catch(() => undefined); // none in this folder
    if (manifest?.["name"] === name) return manifest;
  }
  throw new Error(`Cannot find the manifest of ${name}`);
}

async function readJson(url: URL): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(url, "utf8")) as Record<string, unknown>;
}
