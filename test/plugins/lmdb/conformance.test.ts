/** The plugin keeps the contract. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testBackend } from "@stockpile/core/testing";
import { contractTest } from "../../support/contract-test.js";

interface Parameters {
  readonly path: string;
}

testBackend({
  test: contractTest,
  plugin: new URL(import.meta.resolve("@stockpile/plugin-lmdb")),
  parameters: (): Parameters => ({ path: mkdtempSync(join(tmpdir(), "stockpile-lmdb-")) }),
  cleanUp: (parameters) => rmSync((parameters as Parameters).path, { recursive: true, force: true }),
});
