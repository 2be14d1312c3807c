/** `kill -9` of a host that writes: what was acknowledged is there, and nothing half-written. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { Stockpile } from "../../../src/host/main.js";
import { versionOf } from "../file/fixtures/written.js";
import { Script } from "../file/run-script.js";
import { temporaryFolder } from "./open-life.js";

const MODULE = import.meta.resolve("@stockpile/plugin-lmdb");
const WRITER = new URL("fixtures/writer.js", import.meta.url);
const ROUNDS = 10;
const VERSIONS_PER_ROUND = 1_000_000;

for (const durability of ["none", "async", "sync"]) {
  test.serial(
    `every write acknowledged before kill -9 is readable afterwards, none half-written (durability ${durability})`,
    async (t) => {
      const path = temporaryFolder(t);
      const acknowledged = new Map<string, number>();
      const tried = new Set<string>();
      for (let round = 1; round <= ROUNDS; round += 1) {
        const firstVersion = round * VERSIONS_PER_ROUND;
        const writer = new Script(t, WRITER, { module: MODULE, path, durability, firstVersion });
        await writer.printed("ready");
        await writer.printed("ack ");
        await sleep(Math.random() * 300);
        await writer.kill();
        for (const line of writer.lines) {
          const [kind, key = "", version = ""] = line.split(" ");
          if (kind === "ack") acknowledged.set(key, Number(version));
          if (kind === "try") tried.add(`${key} ${version}`);
        }

        const stockpile = await Stockpile.open({
          plugins: {
            lmdb: {
              module: MODULE,
              startup: "required",
              limits: { start: "20s", call: "20s" },
            },
          },
          storage: { plugin: "lmdb", parameters: { path, durability } },
        });
        const values = stockpile.category<Uint8Array>("values", {
          codec: "bytes",
          near: false,
          onReadError: "throw",
        });
        for (const [key, least] of acknowledged) {
          const value = await values.get(key);
          t.not(value, undefined, `${key} in round ${round}`);
          const version = versionOf(key, value ?? new Uint8Array());
          // A write that was under way may have been made or not.
          t.true(version >= least, `${key} is of version ${version}, not ${least}`);
          t.true(tried.has(`${key} ${version}`));
        }
        await stockpile.close();
      }
      t.true(acknowledged.size > 20, `${acknowledged.size} keys were acknowledged`);
    },
  );
}
