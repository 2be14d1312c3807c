import test from "ava";
import { killWriters } from "../support/kill-writers.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const module = import.meta.resolve("@stockpile/plugin-lmdb");

for (const durability of ["none", "async", "sync"]) {
  test.serial(
    `every write acknowledged before kill -9 is readable afterwards, none half-written (durability ${durability})`,
    async (t) => {
      const parameters = { path: temporaryFolder(t), durability, sweepIntervalMs: 10 };
      await killWriters(t, { plugin: "lmdb", module, parameters });
    },
  );
}
