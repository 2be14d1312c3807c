import test from "ava";

import { viewConfig } from "../../../src/host/config/config-view.js";
import { loadConfig } from "../../../src/host/config/load-config.js";

const SOURCE = {
  plugins: {
    memory: {
      options: { password: "hunter2", hosts: ["a", { b: "c" }], port: 6379, tls: true, none: null },
      permissions: { env: ["REDIS_URL"] },
    },
  },
  storage: { plugin: "memory", parameters: { secret: "hunter3" } },
  categories: {
    player: { ttl: "10m" },
    skin: { storage: { plugin: "memory", parameters: { deep: "hunter4" } } },
  },
  crashReports: { directory: "${env:REPORTS}" },
};

test("viewConfig() shows no text of options and parameters, and masks the environment everywhere", async (t) => {
  const env = { REPORTS: "/srv/geheim" };
  const view = viewConfig(await loadConfig(SOURCE, { env, cwd: "/srv" }));
  const text = JSON.stringify(view);
  for (const secret of ["hunter", "geheim", '"a"', '"c"']) t.false(text.includes(secret), secret);
  t.deepEqual(view.plugins[0]?.options, {
    password: "***",
    hosts: ["***", { b: "***" }],
    port: 6379,
    tls: true,
    none: null,
  });
  t.deepEqual(view.crashReports, { directory: "***", keep: 50 });
});

test("viewConfig() shows the defaults that hold, as JSON data", async (t) => {
  const view = viewConfig(await loadConfig({ categories: { player: { ttl: "10m" } } }, { cwd: "/srv" }));
  t.deepEqual(JSON.parse(JSON.stringify(view)).categories, [{ name: "player", ttlMs: 600_000 }]);
  t.like(view, { source: "object", directory: "/srv", storage: { plugin: "memory", parameters: {} } });
  t.like(view.plugins[0], { name: "memory", isolation: "thread", spare: false, isInspected: false });
  t.is(view.plugins[0]?.limits.callMs, 500);
});

test("viewConfig() leaves the configuration as it is", async (t) => {
  const config = await loadConfig({
    plugins: { memory: { options: { a: "b" } } },
    storage: { plugin: "memory" },
  });
  viewConfig(config);
  t.deepEqual(config.plugins.get("memory")?.options, { a: "b" });
});
