/** What a plugin writes into its own pulse does not save it. */
import test from "ava";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { until } from "../support/until.js";

leavesNothing(test);

/** Takes hold of the pulse by way of the function that ticks it, forges its phase, and spins. */
const FORGER = {
  initializePlugin: `export async function initializePlugin(context) {
  let words;
  const { add } = Atomics;
  Atomics.add = (array, ...rest) => { words ??= array; return add(array, ...rest); };
  await context.registerStorageBackend("forger", () => ({
    get: ({ key }) => {
      if (!key.startsWith("spin") || words === undefined) return undefined;
      Atomics.store(words, 3, 1);
      for (;;);
    },
    put: () => {},
    purge: () => {},
  }));
}`,
};

test.serial("a plugin that spins is ended, whatever phase it writes into its pulse", async (t) => {
  const plugin = new TemporaryPlugin(FORGER);
  t.teardown(() => plugin.remove());
  const stage = await Stage.open({ module: plugin.url, limits: { call: "200ms", hang: "500ms" } });
  t.teardown(() => stage.close());
  await until("the pulse to be in its hands, and its end", () => {
    void stage.lenient.get("spin");
    return stage.plugin().lastFailure !== undefined;
  });
  t.is(stage.plugin().lastFailure?.kind, "hang");
});

test.serial("health tells a share of busy time between 0 and 1 from the first second on", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const shares: number[] = [];
  await until("the share to have been read", () => {
    const { utilization } = stage.plugin().eventLoop;
    shares.push(utilization);
    return utilization > 0;
  });
  t.true(shares.every((share) => share >= 0 && share <= 1));
});
