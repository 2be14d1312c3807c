import test from "ava";
import * as plugin from "@stockpile/plugin-keyv";
import { openRegistered, testModule, testRefusals } from "../support/test-module.js";

testModule(plugin, "keyv", "Keyv");

const NAMES = `"adapter", "export", "options", "arguments", "resolveFrom", "namespace", "maxKeyBytes"`;
testRefusals(plugin, "keyv", [
  [undefined, `expected "adapter" to be a string that is not empty: received undefined`],
  [null, "expected parameters to be an object: received null"],
  [{ adapter: "" }, `expected "adapter" to be a string that is not empty: received ''`],
  [{ adapter: "a", arguments: {} }, `expected "arguments" to be an array: received {}`],
  [{ adapter: "a", options: {}, arguments: [] }, `expected either "options" or "arguments": received both`],
  [
    { adapter: "a", namespace: "a:b" },
    `expected "namespace" to be 1 to 32 letters, digits and hyphens: received 'a:b'`,
  ],
  [{ adapter: "a", maxKeyBytes: 5 }, `expected "maxKeyBytes" to be an integer from 16 to 4096: received 5`],
  [
    { uri: "x", adapter: 5, export: 5 },
    `expected no parameters but ${NAMES}: received "uri"; expected "adapter" to be a string that is not empty: received 5; ` +
      `expected "export" to be a string that is not empty: received 5`,
  ],
]);

test("a store that does not serve keeps the backend from opening", async (t) => {
  await t.throwsAsync(
    openRegistered(plugin, {
      adapter: "@keyv/redis",
      arguments: ["redis://127.0.0.1:1", { connectionTimeout: 300 }],
    }),
    {
      message: /^Cannot open Keyv adapter "@keyv\/redis": expected it to answer a get: received /,
    },
  );
});
