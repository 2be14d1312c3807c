/** An adapter that blocks its thread, as the runtime runs it. */
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import test from "ava";
import { timely, tooLong } from "../../support/timely.js";
import { Script } from "../support/run-script.js";
import { newFolder, removeFolder, sqliteIn } from "./adapters.js";
import { open, valuesOf } from "./open-hosted.js";

const LOCK = new URL("fixtures/lock-database.js", import.meta.url);
const BLOCK_MS = 1500;
const MAX_STANDSTILL_MS = 100;

test.serial(
  "an adapter that blocks for 1.5 s leaves the host's event loop and its other plugins undisturbed",
  async (t) => {
    const folder = newFolder();
    t.teardown(() => removeFolder(folder));
    const stockpile = await open(t, sqliteIn(folder));
    const [values, other] = [valuesOf(stockpile), valuesOf(stockpile, "other")];
    await values.set("a", "before");
    await other.set("a", "there");
    await timely(t, async () => {
      const lock = new Script(t, LOCK, { path: join(folder, "cache.sqlite"), holdMs: BLOCK_MS });
      await lock.printed("locked");
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const startedAt = performance.now();
      let isStored = false;
      const stored = values.set("a", "after").finally(() => (isStored = true));
      let slowestMs = 0;
      let answers = 0;
      while (!isStored) {
        const askedAt = performance.now();
        t.is(await other.get("a"), "there");
        slowestMs = Math.max(slowestMs, performance.now() - askedAt);
        answers += 1;
      }
      await stored;
      delay.disable();
      // It did block: for as long as the database was held.
      t.true(performance.now() - startedAt > BLOCK_MS * 0.6);
      t.true(answers > 50, `${answers} answers meanwhile`);
      t.is(await values.get("a"), "after");
      await lock.ended;
      return [
        ...tooLong("the host's standstill", delay.max / 1e6, MAX_STANDSTILL_MS),
        ...tooLong("another plugin's answer", slowestMs, MAX_STANDSTILL_MS),
      ];
    });
  },
);
