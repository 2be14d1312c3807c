/**
 * What of a start or an opening failed, as data. Where Node's permission model denied something, it says first what
 * the configuration would have to grant: the error of Node names a flag, which nobody can set here.
 */
import { resolve } from "node:path";
import { prefixWireError, toWireError } from "../contract/wire-error.js";
import type { WireError } from "../contract/wire-error.js";

/** How many causes are looked into: an error of a library around one of Node is two. */
const MAX_CAUSES = 5;

/** Node's names of what it denies, and the keys that grant it. */
const PATH_KEYS: Readonly<Record<string, string>> = { FileSystemRead: "fsRead", FileSystemWrite: "fsWrite" };
const FLAG_KEYS: Readonly<Record<string, string>> = {
  ChildProcess: "childProcess",
  WorkerThreads: "worker",
  WASI: "wasi",
  Net: "net",
};

/** @param name the plugin's key in the configuration. */
export function toStartError(thrown: unknown, name: string): WireError {
  const wire = toWireError(thrown);
  const missing = missingPermission(thrown);
  if (missing === undefined) return wire;
  return prefixWireError(wire, `expected ${missing} in plugins.${name}.permissions`);
}

/** As it would stand in the configuration; `undefined` where nothing was denied, or nobody can grant it. */
function missingPermission(thrown: unknown): string | undefined {
  try {
    let error: unknown = thrown;
    for (let depth = 0; depth <= MAX_CAUSES; depth += 1) {
      if (typeof error !== "object" || error === null) return undefined;
      const { code, permission, resource, cause } = error as Record<string, unknown>;
      if (code === "ERR_DLOPEN_DISABLED") return `"addons": true`;
      const missing = code === "ERR_ACCESS_DENIED" ? describe(permission, resource) : undefined;
      // An error around Node's own may repeat its code.
      if (missing !== undefined) return missing;
      error = cause;
    }
  } catch {
    // A getter of what was thrown threw in its turn: it is none of Node's errors.
  }
  return undefined;
}

function describe(permission: unknown, resource: unknown): string | undefined {
  if (typeof permission !== "string") return undefined;
  const pathKey = PATH_KEYS[permission];
  if (pathKey !== undefined && typeof resource === "string")
    return `${JSON.stringify(resolve(resource))} among "${pathKey}"`;
  const flagKey = FLAG_KEYS[permission];
  return flagKey === undefined ? undefined : `"${flagKey}": true`;
}
