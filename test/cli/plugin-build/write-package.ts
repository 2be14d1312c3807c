/** Plugin packages for tests of the build. */
import type { ExecutionContext } from "ava";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../write-config.js";

/** The content of a file, by its path in the package; what is no text becomes JSON. */
export type PackageFiles = Readonly<Record<string, string | object>>;

/** A plugin's source without imports and without faults; TypeScript. */
export const SHELF_SOURCE = `import type { PluginContext, PluginMetadata, StoredEntry } from "@stockpile/core/plugin";
export const metadata: PluginMetadata = { name: "Shelf", version: "1.2.0" };
export async function initializePlugin(context: PluginContext): Promise<void> {
  await context.registerStorageBackend("shelf", () => {
    const entries = new Map<string, StoredEntry>();
    return {
      get: ({ category, key }) => entries.get(category + "/" + key),
      put: ({ category, key }, entry) => void entries.set(category + "/" + key, entry),
      purge: ({ category, key }) => void entries.delete(category + "/" + key),
    };
  });
}
`;

/** Writes a package into a folder of its own, or into the one given, and answers the folder. */
export function writePackage(
  t: ExecutionContext,
  files: PackageFiles,
  folder: string = temporaryFolder(t),
): string {
  const all: PackageFiles = {
    "package.json": { name: "@acme/shelf", version: "1.2.0", type: "module" },
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}
