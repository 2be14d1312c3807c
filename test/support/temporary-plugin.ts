import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The exports of a plugin that is right, by name: what a test replaces makes it wrong. */
const RIGHT: Readonly<Record<string, string>> = {
  metadata: `export const metadata = { name: "Temporary", version: "1.0.0" };`,
  initializePlugin: `export async function initializePlugin(context) {
  await context.registerStorageBackend("store", () => {
    const entries = new Map();
    const id = ({ category, key }) => category + "/" + key;
    return {
      get: (key) => entries.get(id(key)),
      put: (key, entry) => void entries.set(id(key), entry),
      purge: (key) => void entries.delete(id(key)),
    };
  });
}`,
};

/** A plugin in a file of its own, which can be rewritten. */
export class TemporaryPlugin {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "stockpile-faults-"));
  readonly file: string = join(this.#folder, "plugin.mjs");
  readonly url: string = pathToFileURL(this.file).href;

  /** @param text As for `write`. */
  constructor(text: string | Readonly<Record<string, string>> = {}) {
    this.write(text);
  }

  /** @param text The whole module, or the parts of one that replace those of a plugin without faults. */
  write(text: string | Readonly<Record<string, string>>): void {
    const source = typeof text === "string" ? text : Object.values({ ...RIGHT, ...text }).join("\n");
    writeFileSync(this.file, source);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
