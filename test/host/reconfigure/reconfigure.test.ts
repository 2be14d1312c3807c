import test from "ava";
import type { CategorySet } from "../../../src/host/category-set.js";
import type { Config } from "../../../src/host/config/config.js";
import { loadConfig } from "../../../src/host/config/load-config.js";
import { PluginSet } from "../../../src/host/plugin-set.js";
import { reconfigure } from "../../../src/host/reconfigure/reconfigure.js";
import { makeHost } from "../plugins/make-services.js";

/** What is configured must be there; no life of it is real. */
const PLUGIN = { module: new URL("../../fixtures/steady.js", import.meta.url).href };

test("reconfigure() ends nothing that is in use already, should categories fail to follow", async (t) => {
  const current = await loadConfig({ plugins: { kept: PLUGIN }, storage: { plugin: "kept" } });
  const next = await loadConfig({
    plugins: { kept: PLUGIN, added: PLUGIN },
    storage: { plugin: "kept" },
    categories: { c: { storage: { plugin: "kept", parameters: { other: true } } } },
  });
  const { clock, lives, services } = makeHost();
  const plugins = new PluginSet({ services, onEvent: () => {}, onInvalidate: () => {} });
  plugins.addAll(current);
  await plugins.start(current);
  const categories = {
    check: (config: Config) => ({ config, terms: new Map() }),
    adopt: () => {
      throw new Error("on purpose");
    },
  } as unknown as CategorySet; // all that is asked of it
  const isClosed = (): boolean => false;
  const onDone = (): void => t.fail();
  await t.throwsAsync(reconfigure({ services, plugins, categories, current, next, isClosed, onDone }), {
    message: "on purpose",
  });
  await clock.advance(10_000);
  t.deepEqual(
    lives.map(({ asked }) => asked),
    [["open 0 main", "open 1 main"], []],
    "neither its new backend nor the new plugin has ended",
  );
  void plugins.close();
  await clock.advance(10_000);
  t.is(clock.pending, 0);
});
