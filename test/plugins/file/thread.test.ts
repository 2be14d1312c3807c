/** The plugin as the runtime runs it: by its built-in name, in a thread of its own. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import * as fc from "fast-check";
import { Stockpile } from "../../../src/host/main.js";
import type { Category } from "../../../src/host/main.js";
import { leavesNothing } from "../../support/leaves-nothing.js";
import { Script } from "../support/run-script.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const FILLER = new URL("fixtures/filler.js", import.meta.url);

leavesNothing(test);

async function open(t: ExecutionContext, path: string, parameters: object = {}): Promise<Stockpile> {
  const stockpile = await Stockpile.open({
    plugins: {
      file: {
        startup: "required",
        limits: { start: "20s", call: "20s", stop: "20s" },
        restart: { burst: 0, backoff: 0 },
      },
    },
    storage: { plugin: "file", parameters: { path, ...parameters } },
  });
  t.teardown(() => stockpile.close());
  return stockpile;
}

function valuesOf(stockpile: Stockpile): Category<Uint8Array> {
  return stockpile.category<Uint8Array>("values", {
    codec: "bytes",
    near: false, // what is read is to come from the files
    onReadError: "throw",
    onWriteError: "throw",
  });
}

test.serial("every history of a category ends as a map does, restarts of the thread included", async (t) => {
  const stockpile = await open(t, temporaryFolder(t), { sweepIntervalMs: 10 });
  const values = valuesOf(stockpile);
  const step = fc.oneof(
    {
      arbitrary: fc.record({
        kind: fc.constant("set" as const),
        size: fc.constantFrom(0, 50, 5000, 100_000),
      }),
      weight: 6,
    },
    { arbitrary: fc.record({ kind: fc.constantFrom("get" as const, "delete" as const) }), weight: 6 },
    { arbitrary: fc.record({ kind: fc.constant("restart" as const) }), weight: 1 },
  );
  const keyed = fc.tuple(step, fc.constantFrom("a", "b", "c", "../d", "é"));
  let stamp = 0;
  const model = new Map<string, Uint8Array>();
  await fc.assert(
    fc.asyncProperty(fc.array(keyed, { maxLength: 30, size: "max" }), async (steps) => {
      for (const [next, key] of steps) {
        if (next.kind === "restart") await stockpile.plugins.restart("file");
        else if (next.kind === "delete") {
          model.delete(key);
          await values.delete(key);
        } else if (next.kind === "set") {
          const value = new Uint8Array(next.size).fill((stamp += 1));
          model.set(key, value);
          await values.set(key, value);
        }
        const [actual, expected] = [await values.get(key), model.get(key)];
        t.true(
          expected === undefined
            ? actual === undefined
            : Buffer.from(expected).equals(actual ?? Buffer.alloc(1)),
        );
      }
    }),
    { numRuns: 15 },
  );
});

test.serial(
  "what was stored is there for the next Stockpile, a value of the largest size included",
  async (t) => {
    const path = temporaryFolder(t);
    const first = await open(t, path, { fsync: true });
    const value = new Uint8Array(8_000_000).map((_, index) => index % 253);
    await valuesOf(first).set("a", value);
    await first.close();
    const second = await open(t, path);
    t.true(Buffer.from((await valuesOf(second).get("a")) ?? []).equals(value));
  },
);

test.serial("two Stockpiles of one process share a folder, and see what the other has stored", async (t) => {
  const path = temporaryFolder(t);
  const [one, other] = [valuesOf(await open(t, path)), valuesOf(await open(t, path))];
  for (let round = 0; round < 3; round += 1) {
    await one.set(`one ${round}`, Buffer.from("x"));
    await other.set(`other ${round}`, Buffer.from("x"));
    t.not(await one.get(`other ${round}`), undefined);
    t.not(await other.get(`one ${round}`), undefined);
  }
});

test.serial(
  "a folder that another process uses is refused as the plugin starts, and the message says so",
  async (t) => {
    const path = temporaryFolder(t);
    const other = new Script(t, FILLER, { path, entries: 1 });
    await other.printed("done");
    await t.throwsAsync(open(t, path), {
      name: "PluginLoadError",
      message: /expected no other host to use the folder: received the lock of process \d+/,
    });
    await other.kill();
    await t.notThrowsAsync(open(t, path));
  },
);

test.serial(
  "close() leaves a folder that holds entries, one lock given back, and nothing else",
  async (t) => {
    const path = temporaryFolder(t);
    const stockpile = await open(t, path);
    await valuesOf(stockpile).set("a", Buffer.from("x"));
    await stockpile.close();
    t.deepEqual(readdirSync(path).toSorted(), ["entries", "lock", "work"]);
    t.deepEqual(readdirSync(join(path, "work")), []);
    t.deepEqual(readdirSync(join(path, "lock")).toSorted(), ["1", "2"]);
  },
);
