import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testBackend } from "@stockpile/core/testing";
import type { Part, PlantedBug } from "./bug.js";

/** A check of the suite, without the part it is of, and what it failed with if it did. */
export interface Outcome {
  readonly title: string;
  readonly error?: unknown;
}

/** Checks at once: most of them wait. Those in threads need the machine. */
const AT_ONCE: Readonly<Record<Part, number>> = { direct: 8, hosted: 4, faults: 3 };

const PLUGIN = new URL("planted-plugin.js", import.meta.url);

/** Runs a part of the suite on a bug. */
export async function runSuite(
  { what, base = "memory", promises }: PlantedBug,
  part: Part,
): Promise<Outcome[]> {
  const checks: { readonly title: string; readonly run: () => Promise<void> }[] = [];
  const isMemory = base === "memory";
  testBackend({
    test: (title, run) => void checks.push({ title, run }),
    plugin: PLUGIN,
    options: { bug: what },
    parameters: () => (isMemory ? {} : { path: mkdtempSync(join(tmpdir(), "stockpile-planted-")) }),
    cleanUp: (parameters) => {
      if (!isMemory) rmSync((parameters as { path: string }).path, { recursive: true, force: true });
    },
    promises: promises ?? { persists: !isMemory },
  });
  const asked = checks.filter(({ title }) => title.startsWith(`${part}: `));
  const outcomes: Outcome[] = asked.map(({ title }) => ({ title: title.slice(part.length + 2) }));
  const entries = asked.entries();
  const runSome = async (): Promise<void> => {
    for (const [index, { run }] of entries) {
      await run().catch((error: unknown) => Object.assign(outcomes[index] ?? {}, { error }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE[part] }, runSome));
  return outcomes;
}
