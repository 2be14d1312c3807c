/** Several that use one folder at the same time: lives of a host, in threads and in processes, and other processes. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "ava";
import { Stockpile } from "../../../src/host/main.js";
import type { Category, PluginHealth } from "../../../src/host/main.js";
import { KINDS } from "../../support/kinds.js";
import { until } from "../../support/until.js";
import { at, bytes, textOf } from "../support/entries.js";
import { Script } from "../support/run-script.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { openLife } from "./open-life.js";

const MODULE = import.meta.resolve("@stockpile/plugin-lmdb");
const PROCESS = new URL("fixtures/filler.js", import.meta.url);

/** @param plugin what the configuration says of the plugin besides. */
async function open(path: string, plugin: object = {}, parameters: object = {}): Promise<Stockpile> {
  return Stockpile.open({
    plugins: {
      lmdb: {
        module: MODULE,
        startup: "required",
        limits: { start: "20s", call: "20s", stop: "20s" },
        restart: { burst: 0, backoff: 0 },
        ...plugin,
      },
    },
    storage: { plugin: "lmdb", parameters: { path, ...parameters } },
  });
}

function pluginHealth(stockpile: Stockpile): PluginHealth {
  const [health] = stockpile.health().plugins.filter(({ name }) => name === "lmdb");
  if (health === undefined) throw new Error("There is no plugin lmdb");
  return health;
}

function valuesOf(stockpile: Stockpile): Category<Uint8Array> {
  return stockpile.category<Uint8Array>("values", {
    codec: "bytes",
    near: false, // what is read is to come from LMDB
    onReadError: "throw",
    onWriteError: "throw",
  });
}

test.serial(
  "it runs in a process where nothing else is said, and may read more of its file than it may hold",
  async (t) => {
    const stockpile = await open(temporaryFolder(t));
    t.teardown(() => stockpile.close());
    const values = valuesOf(stockpile);
    const health = (): PluginHealth => pluginHealth(stockpile);
    t.is(health().isolation, "process");
    const keys = Array.from({ length: 320 }, (_, index) => `${index}`);
    for (let first = 0; first < keys.length; first += 10) {
      const some = keys.slice(first, first + 10);
      await values.setMany(some.map((key) => [key, new Uint8Array(1_000_000)]));
    }
    t.true(keys.length * 1_000_000 > health().memory.limitBytes);
    // As long as it would take to be ended for what it holds, and as long again.
    const endAt = performance.now() + 2000;
    do for (const key of keys) t.is((await values.get(key))?.byteLength, 1_000_000);
    while (performance.now() < endAt);
    t.is(health().lives, 1, health().lastFailure?.message);
  },
);

test.serial("under permissions it needs its folder and addons, and says so", async (t) => {
  const path = temporaryFolder(t);
  const [fsRead, fsWrite] = [[path], [path]];
  const stockpile = await open(path, { permissions: { fsRead, fsWrite, addons: true } });
  t.teardown(() => stockpile.close());
  const values = valuesOf(stockpile);
  await values.set("a", Buffer.from("x"));
  t.is((await values.get("a"))?.byteLength, 1);
  await t.throwsAsync(open(path, { permissions: { fsRead, fsWrite } }), { message: /addons/ });
});

for (const isolation of KINDS) {
  test.serial(
    `a life in a ${isolation} that is restarted in the middle of writes keeps all that was acknowledged`,
    async (t) => {
      const stockpile = await open(temporaryFolder(t), { isolation }, { sweepIntervalMs: 10 });
      const values = valuesOf(stockpile);
      const acknowledged = new Set<string>();
      for (let round = 0; round < 8; round += 1) {
        const writes = Array.from({ length: 200 }, async (_, index) => {
          const key = `${round} ${index}`;
          try {
            await values.set(key, Buffer.from(key));
            acknowledged.add(key);
          } catch {
            // It was cut off by the restart: nobody was told that it is there.
          }
        });
        await until("some to be written", () => acknowledged.size > round * 20);
        await stockpile.plugins.restart("lmdb");
        await Promise.all(writes);
      }
      t.true(acknowledged.size > 160, `${acknowledged.size} were acknowledged`);
      for (const key of acknowledged) t.is(Buffer.from((await values.get(key)) ?? []).toString(), key);
      await stockpile.close();
    },
  );

  test.serial(
    `two Stockpiles of one process share a folder by a ${isolation} each, see what the other has stored, and close in any order`,
    async (t) => {
      const path = temporaryFolder(t);
      const [first, second] = [await open(path, { isolation }), await open(path, { isolation })];
      const [one, other] = [valuesOf(first), valuesOf(second)];
      for (let round = 0; round < 5; round += 1) {
        await one.set(`one ${round}`, new Uint8Array(50_000));
        await other.set(`other ${round}`, new Uint8Array(50_000));
        t.not(await one.get(`other ${round}`), undefined);
        t.not(await other.get(`one ${round}`), undefined);
      }
      await first.close();
      await other.set("last", Buffer.from("x"));
      t.not(await other.get("last"), undefined);
      await second.close();
    },
  );
}

test.serial("processes share a folder while it grows, and one that was killed stops nobody", async (t) => {
  const { backend, root } = await openLife(t);
  await backend.put(at("mine"), { value: bytes("mine") });
  for (let round = 0; round < 3; round += 1) {
    const puts = Array.from({ length: 40 }, (_, index) => `put:${round}-${index}:${100_000 * (round + 1)}`);
    const process = new Script(t, PROCESS, { path: root, steps: ["get:mine", ...puts] });
    await process.printed(`put:${round}-5:`);
    await process.kill();
    // Of another process: its pages lie where this one's map did not reach.
    t.is(backend.get(at(`${round}-5`))?.value.byteLength, 100_000 * (round + 1));
    await backend.put(at("mine"), { value: bytes(`after ${round}`) });
    t.is(await textOf(backend, at("mine")), `after ${round}`);
  }
});

test.serial("what one process has cleared is cleared for another, and stays so", async (t) => {
  const { backend, root } = await openLife(t);
  await backend.put(at("a"), { value: bytes("x") });
  const process = new Script(t, PROCESS, { path: root, steps: ["get:a", "clear", "put:b:3", "close"] });
  await process.printed("done");
  t.deepEqual(process.lines.slice(0, 3), [
    'get:a {"answer":1}',
    'clear {"answer":"done"}',
    'put:b:3 {"answer":"done"}',
  ]);
  t.is(backend.get(at("a")), undefined);
  await backend.put(at("c"), { value: bytes("x") });
  t.deepEqual(backend.scan({ category: "player", limit: 10 }).keys, ["b", "c"]);
});

test.serial("two processes that clear a category at the same time bring nothing back", async (t) => {
  const { backend, root, clock } = await openLife(t);
  await backend.put(at("a"), { value: bytes("x") });
  // Called first, and written last: the other process does all it does within this one's turn.
  const clearing = backend.clear("player");
  const steps = ["clear", "put:x:1", "clear", "put:y:1", "get:y", "close", "exit"];
  const input = JSON.stringify({ path: root, steps });
  const other = spawnSync(process.execPath, [fileURLToPath(PROCESS), input], { encoding: "utf8" });
  t.regex(other.stdout, /get:y \{"answer":1\}/, other.stderr);
  await clearing;
  const present = (): unknown[] => ["a", "x", "y"].map((key) => backend.get(at(key)));
  t.deepEqual(present(), [undefined, undefined, undefined]);
  for (let round = 0; round < 3; round += 1) {
    await backend.clear("player");
    t.deepEqual(present(), [undefined, undefined, undefined]);
    t.deepEqual(backend.scan({ category: "player", limit: 10 }).keys, []);
  }
  await backend.put(at("b"), { value: bytes("x") });
  clock.tick();
  await backend.close(); // which waits for the step that runs
  const next = await openLife(t, { root });
  t.is(await textOf(next.backend, at("b")), "x");
});
