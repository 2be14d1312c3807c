/** The plugin keeps the contract. */
import { testBackend } from "@stockpile/core/testing";
import { contractTest } from "../../support/contract-test.js";

testBackend({
  test: contractTest,
  plugin: new URL(import.meta.resolve("@stockpile/plugin-memory")),
  parameters: () => ({}),
  promises: { persists: false },
});
