/** The plugin keeps the contract with an adapter that calls a database synchronously: @resolid/keyv-sqlite. */
import test from "ava";
import { testBackend } from "@stockpile/core/testing";
import { newFolder, removeFolder, sqliteIn } from "./adapters.js";

const folders = new WeakMap<object, string>();

testBackend({
  test: (title, run) =>
    test.serial(title, async (t) => {
      await run();
      t.pass();
    }),
  plugin: new URL(import.meta.resolve("@stockpile/plugin-keyv")),
  parameters: () => {
    const folder = newFolder();
    const parameters = sqliteIn(folder);
    folders.set(parameters, folder);
    return parameters;
  },
  cleanUp: (parameters) => removeFolder(folders.get(parameters as object) ?? ""),
});
