import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Stands in parameters for an empty folder, another one for each check. */
const FOLDER = "${folder}";

/** Parameters for one check after the other, and what they leave behind. */
export interface FreshParameters {
  readonly parameters: () => unknown;
  readonly cleanUp: (parameters: unknown) => void;
}

/** Answers the parameters with `${folder}` in their texts replaced by a temporary folder, removed by `cleanUp`. */
export function freshParameters(template: unknown): FreshParameters {
  const folders = new Map<unknown, string>();
  return {
    parameters: () => {
      if (!JSON.stringify(template ?? null).includes(FOLDER)) return template;
      const folder = mkdtempSync(join(tmpdir(), "stockpile-check-"));
      const filled = fill(template, folder);
      folders.set(filled, folder);
      return filled;
    },
    cleanUp: (parameters) => {
      const folder = folders.get(parameters);
      folders.delete(parameters);
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function fill(value: unknown, folder: string): unknown {
  if (typeof value === "string") return value.replaceAll(FOLDER, () => folder);
  if (Array.isArray(value)) return value.map((each) => fill(each, folder));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each, folder)]));
}
