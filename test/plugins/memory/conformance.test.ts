/** The plugin keeps the contract. */
import test from "ava";
import { testBackend } from "@stockpile/core/testing";

testBackend({
  test: (title, run) =>
    test.serial(title, async (t) => {
      await run();
      t.pass();
    }),
  plugin: new URL(import.meta.resolve("@stockpile/plugin-memory")),
  parameters: () => ({}),
  promises: { persists: false },
});
