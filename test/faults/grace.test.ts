/** What is answered while the source is slow or failing and the backend is down, over a real thread and real time. */
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import {
  type Category,
  type CategoryOptions,
  LoadError,
  PluginUnavailableError,
} from "../../src/host/main.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { CALL_MARGIN_MS } from "../support/margins.js";
import { Stage } from "../support/stage.js";
import { timely, tooLong } from "../support/timely.js";

const TTL_MS = 100;
const GRACE_MS = 1500;
const SOFT_MS = 200;

leavesNothing(test);

function failing(): never {
  throw new Error("no source");
}

async function open(
  t: ExecutionContext,
  options: CategoryOptions<string> = {},
): Promise<{ stage: Stage; category: Category<string> }> {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const near = { entries: 100 };
  const category = stage.stockpile.category<string>("graceful", {
    ttl: TTL_MS,
    grace: GRACE_MS,
    near,
    ...options,
  });
  return { stage, category };
}

test.serial(
  "with the backend down and the loader failing, the expired value is answered within its grace, and an error beyond",
  async (t) => {
    const { stage, category } = await open(t, { load: failing });
    await category.set("a", "old");
    const storedAt = Date.now();
    await stage.stockpile.plugins.stop("faulty");
    await sleep(TTL_MS + 20);
    const found = await category.lookup("a");
    t.like(found, { value: "old", source: "near", stale: true });
    t.true(found.failures[0] instanceof PluginUnavailableError);
    t.true(found.failures[1] instanceof LoadError);
    t.deepEqual(await category.getMany(["a", "b"]), ["old", undefined]);
    await sleep(storedAt + TTL_MS + GRACE_MS + 20 - Date.now());
    await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
    t.like(category.health().gets, { stale: 2 });
  },
);

test.serial("with the near cache off, the expired value comes from the backend", async (t) => {
  const { category } = await open(t, { load: failing, near: false });
  await category.set("a", "old");
  await sleep(TTL_MS + 20);
  t.like(await category.lookup("a"), { value: "old", source: "backend", stale: true });
});

test.serial(
  "a loader that is slow costs loadSoftTimeout, and what it brings is there afterwards",
  async (t) => {
    await timely(t, async () => {
      const load = async (_key: string, { previous }: { previous: string | undefined }): Promise<string> => {
        await sleep(4 * SOFT_MS);
        return `${previous} and new`;
      };
      const { stage, category } = await open(t, { load, loadSoftTimeout: SOFT_MS, loadTimeout: "5s" });
      await category.set("a", "old");
      await sleep(TTL_MS + 20);
      const startedAt = performance.now();
      t.like(await category.lookup("a"), { value: "old", stale: true });
      const firstMs = performance.now() - startedAt;
      t.like(await category.lookup("a"), { value: "old", stale: true });
      const secondMs = performance.now() - startedAt - firstMs;
      await sleep(3 * SOFT_MS + 2 * CALL_MARGIN_MS);
      t.is(category.health().loads.succeeded, 1);
      t.is((await category.get("a", { load: failing })) ?? "", "old and new");
      await stage.close();
      return [
        ...tooLong("the first stale answer", firstMs, SOFT_MS + CALL_MARGIN_MS),
        ...tooLong("the second", secondMs, CALL_MARGIN_MS),
      ];
    });
  },
);

test.serial("a loader that works is asked, however the backend is", async (t) => {
  const { stage, category } = await open(t, { load: (key) => `loaded ${key}` });
  await category.set("a", "old");
  await sleep(TTL_MS + 20);
  await stage.stockpile.plugins.stop("faulty");
  t.like(await category.lookup("a"), { value: "loaded a", source: "loader", stale: false });
});

test.serial("20 look-ups of an absent key cost one load, with the backend up and down", async (t) => {
  let loads = 0;
  const load = async (): Promise<undefined> => {
    loads += 1;
    await sleep(20);
  };
  const { stage, category } = await open(t, { load });
  t.deepEqual(
    await Promise.all(Array.from({ length: 20 }, () => category.get("a"))),
    Array.from({ length: 20 }, () => undefined),
  );
  for (let count = 0; count < 20; count += 1) await category.get("a");
  t.is(loads, 1);
  await stage.stockpile.plugins.stop("faulty");
  await Promise.all(Array.from({ length: 20 }, () => category.get("b")));
  t.is(loads, 2);
});
