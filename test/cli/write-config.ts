/** A folder for one test, with a configuration in it. */
import type { ExecutionContext } from "ava";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An empty folder, removed when the test ends. */
export function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "stockpile-test-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The path of a configuration file. */
export function writeConfig(t: ExecutionContext, config: object): string {
  const file = join(temporaryFolder(t), "stockpile.json");
  writeFileSync(file, JSON.stringify(config));
  return file;
}
