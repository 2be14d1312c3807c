import { join } from "node:path";
import test from "ava";
import { z } from "zod";
import { checkConfig, ConfigError } from "../../src/host/main.js";
import { BUILT_IN_MEMORY } from "./config/built-in-memory.js";
import { makeFolder } from "./config/make-folder.js";

test("checkConfig() reports what a configuration comes to, and imports no module", async (t) => {
  const folder = await makeFolder(t, {
    ...BUILT_IN_MEMORY,
    "plugins/shelf.mjs": 'throw new Error("imported");',
    "stockpile.json": JSON.stringify({
      pluginDirectory: "plugins",
      plugins: { shelf: { startup: "required" } },
      near: false,
      categories: { player: { storage: { plugin: "shelf", backend: "main" } }, skin: {} },
    }),
  });
  const memory = { plugin: "memory", backend: undefined };
  t.deepEqual(await checkConfig(join(folder, "stockpile.json")), {
    plugins: [
      {
        name: "shelf",
        file: join(folder, "plugins/shelf.mjs"),
        packageFolder: undefined,
        isolation: "thread",
        startup: "required",
        failure: undefined,
      },
      {
        name: "memory",
        file: join(folder, "node_modules/@stockpile/plugin-memory/main.js"),
        packageFolder: join(folder, "node_modules/@stockpile/plugin-memory"),
        isolation: "thread",
        startup: "optional",
        failure: undefined,
      },
    ],
    storage: memory,
    categories: [
      { name: "player", storage: { plugin: "shelf", backend: "main" } },
      { name: "skin", storage: memory },
    ],
    near: false,
  });
});

test("checkConfig() rejects with every mistake, those that the server's schema finds too", async (t) => {
  const serverSchema = z.strictObject({ port: z.int() });
  const error = await t.throwsAsync(checkConfig({ near: 5, server: { port: "x" } }, { serverSchema }), {
    instanceOf: ConfigError,
  });
  t.deepEqual(
    error?.issues.map(({ path }) => path),
    ["near", "server.port"],
  );
});
