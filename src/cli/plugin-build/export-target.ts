import { isRecord } from "./is-record.js";

/** What an `import` in Node fulfils. */
const CONDITIONS: ReadonlySet<string> = new Set(["node", "import", "module-sync", "default"]);

/**
 * What the `exports` of a package.json gives to an `import` of the package itself, by Node's rules.
 * @returns a path as in `./dist/main.js`; `undefined` where the package itself cannot be imported.
 */
export function exportTarget(exports: unknown): string | undefined {
  const isSubpaths = isRecord(exports) && Object.keys(exports).some((key) => key.startsWith("."));
  return fulfilled(isSubpaths ? exports["."] : exports);
}

function fulfilled(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  const branches = Array.isArray(target) ? target : conditionsOf(target);
  for (const branch of branches) {
    const found = fulfilled(branch);
    if (found !== undefined) return found;
  }
  return undefined;
}

function conditionsOf(target: unknown): unknown[] {
  if (!isRecord(target)) return [];
  return Object.entries(target).flatMap(([condition, branch]) => (CONDITIONS.has(condition) ? [branch] : []));
}
