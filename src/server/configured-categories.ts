/** The names of the categories a configuration has. */
import { readFile } from "node:fs/promises";

/**
 * Reads the keys of `categories`. The host has checked this configuration and opened it, but does not tell them; where
 * they cannot be read again, because the file has been changed meanwhile, there are none.
 */
export async function configuredCategories(config: string | object): Promise<ReadonlySet<string>> {
  try {
    const data: unknown =
      typeof config === "string"
        ? JSON.parse((await readFile(config, "utf8")).replace(/^\uFEFF/, ""))
        : config;
    const { categories = {} } = data as { readonly categories?: object }; // Anything else throws below.
    return new Set(Object.keys(categories));
  } catch {
    // Changed or removed since: every category then counts as one that is not configured.
    return new Set();
  }
}
