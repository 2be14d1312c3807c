/** `kill -9` of a host that writes: what was acknowledged is there, and nothing half-written. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { Stockpile } from "../../../src/host/main.js";
import { timely, tooLong } from "../../support/timely.js";
import { versionOf } from "./fixtures/written.js";
import { listFiles } from "./list-files.js";
import { CALL, openLife, temporaryFolder } from "./open-life.js";
import { Script } from "./run-script.js";

const MODULE = import.meta.resolve("@stockpile/plugin-file");
const ROUNDS = 10;
const MAX_REOPEN_MS = 1000;
const VERSIONS_PER_ROUND = 1_000_000;

/** The last version of each key that was acknowledged, and all that were tried. */
class Record {
  readonly acknowledged = new Map<string, number>();
  readonly tried = new Map<string, Set<number>>();

  take(lines: readonly string[]): void {
    for (const line of lines) {
      const [kind, key = "", version = ""] = line.split(" ");
      if (kind === "ack") this.acknowledged.set(key, Number(version));
      if (kind !== "try") continue;
      const tried = this.tried.get(key) ?? new Set();
      this.tried.set(key, tried.add(Number(version)));
    }
  }
}

for (const fsync of [false, true]) {
  test.serial(
    `every write acknowledged before kill -9 is readable afterwards, none half-written (fsync ${fsync})`,
    async (t) => {
      const path = temporaryFolder(t);
      const record = new Record();
      const late: string[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        const writer = new Script(t, "writer", {
          module: MODULE,
          path,
          fsync,
          firstVersion: round * VERSIONS_PER_ROUND,
        });
        await writer.printed("ready");
        await writer.printed("ack ");
        await sleep(Math.random() * 300);
        await writer.kill();
        record.take(writer.lines);

        const startedAt = performance.now();
        const stockpile = await Stockpile.open({
          plugins: { file: { module: MODULE, startup: "required", limits: { start: "20s", call: "20s" } } },
          storage: { plugin: "file", parameters: { path } },
        });
        const values = stockpile.category<Uint8Array>("values", {
          codec: "bytes",
          near: false,
          onReadError: "throw",
        });
        late.push(...tooLong(`round ${round}: opening`, performance.now() - startedAt, MAX_REOPEN_MS));
        for (const [key, acknowledged] of record.acknowledged) {
          const value = await values.get(key);
          t.not(value, undefined, `${key} in round ${round}`);
          const version = versionOf(key, value ?? new Uint8Array());
          // A write that was under way may have been made or not.
          t.true(version >= acknowledged, `${key} is of version ${version}, not ${acknowledged}`);
          t.true(record.tried.get(key)?.has(version));
        }
        await stockpile.close();
      }
      t.true(record.acknowledged.size > 20, `${record.acknowledged.size} keys were acknowledged`);
      // One round of ten may meet a machine that is busy with something else.
      t.true(late.length <= 1, late.join("; "));
    },
  );
}

test.serial("what a killed host had half written is removed in the background, and never seen", async (t) => {
  const path = temporaryFolder(t);
  let left: string[] = [];
  for (let round = 1; left.length === 0; round += 1) {
    const writer = new Script(t, "writer", {
      module: MODULE,
      path,
      fsync: false,
      firstVersion: round * VERSIONS_PER_ROUND,
    });
    await writer.printed("ack ");
    await writer.kill();
    left = listFiles(path, "work");
  }
  const { backend, clock } = await openLife(t, { root: path, hostId: "next" });
  t.deepEqual(listFiles(path, "work").length, left.length, "nothing is removed while it opens");
  for (let slices = 0; listFiles(path, "work").length > 0 && slices < 100; slices += 1) {
    clock.tick();
    await backend.ping();
    await sleep(5);
  }
  t.deepEqual(listFiles(path, "work"), []);
  for (const key of (await backend.scan({ category: "values", limit: 1000 }, CALL)).keys) {
    t.not(await backend.get({ category: "values", key }, CALL), undefined, key);
  }
});

test.serial("a folder of thousands of entries opens within a second after kill -9 of its host", async (t) => {
  const path = temporaryFolder(t);
  const filler = new Script(t, "filler", { module: MODULE, path, entries: 5000 });
  await filler.printed("done");
  await filler.kill();
  await timely(t, async () => {
    const startedAt = performance.now();
    const { backend } = await openLife(t, { root: path, hostId: `host ${startedAt}` });
    const openMs = performance.now() - startedAt;
    t.not(await backend.get({ category: "values", key: "4999" }, CALL), undefined);
    await backend.close();
    return tooLong("opening", openMs, MAX_REOPEN_MS);
  });
});
