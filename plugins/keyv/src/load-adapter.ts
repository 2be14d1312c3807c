import { isAdapter } from "./adapter.js";
import type { KeyvAdapter } from "./adapter.js";
import { findModule } from "./find-module.js";
import type { KeyvParameters } from "./parse-parameters.js";

type Callable = (...args: readonly unknown[]) => unknown;
type Constructor = new (...args: readonly unknown[]) => unknown;

/**
 * Imports an adapter's module and constructs the adapter.
 * @throws {Error} it is not installed, does not load, exports none, or its constructor throws.
 */
export async function loadAdapter(parameters: KeyvParameters): Promise<KeyvAdapter> {
  const { adapter: name, resolveFrom, exportName } = parameters;
  const module = (await import(findModule(name, resolveFrom))) as Record<string, unknown>;
  const found = exportName === undefined ? findExport(module) : namedExport(module, exportName);
  if (found === undefined) throw noExport(name, exportName, module);
  const made: unknown = isClass(found)
    ? new found(...parameters.arguments)
    : await found(...parameters.arguments);
  const adapter = isAdapter(made) && !hasStore(made) ? made : hasStore(made) ? made.store : undefined;
  if (adapter !== undefined) return adapter;
  throw new Error(
    `Cannot use Keyv adapter "${name}": expected an object with get, set and delete, or a Keyv with one: received ${typeof made}`,
  );
}

/** The default export, else the first class that has the methods of an adapter, else a function that makes a Keyv. */
function findExport(module: Record<string, unknown>): Callable | Constructor | undefined {
  // What was CommonJS has its own default export within that of the module.
  const inner = module["default"];
  const nested = typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : {};
  const candidates = [inner, nested["default"], ...Object.values(module), ...Object.values(nested)];
  const functions = candidates.filter((value): value is Callable => typeof value === "function");
  return functions.find(isClass) ?? functions[0];
}

function namedExport(module: Record<string, unknown>, name: string): Callable | Constructor | undefined {
  const inner = module["default"];
  const nested = typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : {};
  const value = module[name] ?? nested[name];
  return typeof value === "function" ? (value as Callable) : undefined;
}

/** Whether a function makes adapters when it is called with `new`. */
function isClass(value: Callable | Constructor): value is Constructor {
  return isAdapter((value as { prototype?: unknown }).prototype);
}

/** Whether it is a Keyv around an adapter, as what is called `createKeyv` makes. */
function hasStore(value: unknown): value is { readonly store: KeyvAdapter } {
  return typeof value === "object" && value !== null && "store" in value && isAdapter(value.store);
}

function noExport(name: string, exportName: string | undefined, module: object): Error {
  const expected =
    exportName === undefined
      ? "a class or a function to be exported"
      : `"${exportName}" to be exported as a class or a function`;
  const received = Object.keys(module).join(", ") || "nothing";
  return new Error(`Cannot use Keyv adapter "${name}": expected ${expected}: received ${received}`);
}
