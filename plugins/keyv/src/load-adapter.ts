import { isAdapter } from "./adapter.js";
import type { KeyvAdapter } from "./adapter.js";
import { findModule } from "./find-module.js";
import type { KeyvParameters } from "./parse-parameters.js";

type Callable = (...args: readonly unknown[]) => unknown;
type Exports = Readonly<Record<string, unknown>>;
type Constructor = new (...args: readonly unknown[]) => unknown;

/**
 * Imports an adapter's module and constructs the adapter.
 * @throws {Error} it is not installed, does not load, exports none, or its constructor throws.
 */
export async function loadAdapter(parameters: KeyvParameters): Promise<KeyvAdapter> {
  const { adapter: name, resolveFrom, exportName } = parameters;
  const module = (await import(findModule(name, resolveFrom))) as Exports;
  const found = exportName === undefined ? findExport(name, module) : namedExport(name, exportName, module);
  const made: unknown = isClass(found)
    ? new found(...parameters.arguments)
    : await found(...parameters.arguments);
  const adapter = isAdapter(made) && !hasStore(made) ? made : hasStore(made) ? made.store : undefined;
  if (adapter !== undefined) return adapter;
  throw new Error(
    `Cannot use Keyv adapter "${name}": expected an object with get, set and delete, or a Keyv with one: received ${typeof made}`,
  );
}

/**
 * The default export, else the one class that has the methods of an adapter, else the one function.
 * @throws {Error} there is none, or more than one.
 */
function findExport(name: string, module: Exports): Callable | Constructor {
  const exported = allExports(module);
  const main = [exported.get("default")].filter(isFunction);
  const functions = [...exported.values()].filter(isFunction);
  const classes = functions.filter(isClass);
  // A package may export the same under several names.
  const candidates = new Set([main, classes, functions].find((some) => some.length > 0));
  const [found] = candidates;
  if (found !== undefined && candidates.size === 1) return found;
  throw noExport(name, 'one class or function to be exported, or "export" to name one', exported);
}

function namedExport(name: string, exportName: string, module: Exports): Callable | Constructor {
  const exported = allExports(module);
  const found = exported.get(exportName);
  if (isFunction(found)) return found;
  throw noExport(name, `"${exportName}" to be exported as a class or a function`, exported);
}

/** What a module exports by name. What was CommonJS has all of it, a default export included, within its default. */
function allExports(module: Exports): ReadonlyMap<string, unknown> {
  const inner = module["default"];
  const nested = typeof inner === "object" && inner !== null ? inner : {};
  return new Map([...Object.entries(module), ...Object.entries(nested)]);
}

function isFunction(value: unknown): value is Callable {
  return typeof value === "function";
}

/** Whether a function makes adapters when it is called with `new`. */
function isClass(value: Callable | Constructor): value is Constructor {
  return isAdapter((value as { prototype?: unknown }).prototype);
}

/** Whether it is a Keyv around an adapter, as what is called `createKeyv` makes. */
function hasStore(value: unknown): value is { readonly store: KeyvAdapter } {
  return typeof value === "object" && value !== null && "store" in value && isAdapter(value.store);
}

function noExport(name: string, expected: string, exported: ReadonlyMap<string, unknown>): Error {
  const received = [...exported.keys()].join(", ") || "nothing";
  return new Error(`Cannot use Keyv adapter "${name}": expected ${expected}: received ${received}`);
}
