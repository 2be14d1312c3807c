import { testBackend } from "@stockpile/core/testing";
import { contractTest } from "../../support/contract-test.js";
import { newFolder, removeFolder } from "./adapters.js";

/** Asks the plugin the contract with an adapter that keeps its entries in a folder, a fresh one for each test. */
export function testInFolders(parametersIn: (folder: string) => object): void {
  const folders = new WeakMap<object, string>();
  testBackend({
    test: contractTest,
    plugin: new URL(import.meta.resolve("@stockpile/plugin-keyv")),
    parameters: () => {
      const folder = newFolder();
      const parameters = parametersIn(folder);
      folders.set(parameters, folder);
      return parameters;
    },
    cleanUp: (parameters) => removeFolder(folders.get(parameters as object) ?? ""),
  });
}
