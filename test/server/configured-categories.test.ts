import test from "ava";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { configuredCategories } from "../../src/server/configured-categories.js";

test("configuredCategories() reads the names of an object and of a file, with a byte order mark or without", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "stockpile-test-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const config = { categories: { player: {}, page: {} } };
  const names = ["player", "page"];
  t.deepEqual([...(await configuredCategories(config))], names);
  for (const mark of ["", "\uFEFF"]) {
    const file = join(folder, "stockpile.json");
    writeFileSync(file, mark + JSON.stringify(config));
    t.deepEqual([...(await configuredCategories(file))], names);
  }
});

test("configuredCategories() knows none where there are none, or nothing can be read", async (t) => {
  for (const config of [{}, { categories: {} }, "/nosuch/stockpile.json"]) {
    t.deepEqual([...(await configuredCategories(config))], []);
  }
});
