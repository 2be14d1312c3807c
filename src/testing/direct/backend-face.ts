/** A backend in this process as checks call it. The loops stand in for absent methods as the runtime's own do. */
import type { CallContext, EntryKey, ScanPage, StorageBackend, StoredEntry } from "../../contract/backend.js";
import type { BackendFace, CallSettings } from "../opened-life.js";

/** Far enough for every call, in ms. */
const DEADLINE_MS = 60_000;

/** Calls the backend. A method that throws rejects. */
export function backendFace(backend: StorageBackend): BackendFace {
  const getMany = async (keys: readonly EntryKey[]): Promise<unknown> => {
    if (backend.getMany !== undefined) return backend.getMany(keys, call());
    return Promise.all(keys.map(async (key) => backend.get(key, call())));
  };
  const putMany = async (entries: readonly (readonly [EntryKey, StoredEntry])[]): Promise<unknown> => {
    if (backend.putMany !== undefined) return backend.putMany(entries, call());
    return Promise.all(entries.map(async ([key, entry]) => backend.put(key, entry, call())));
  };
  const purgeMany = async (keys: readonly EntryKey[]): Promise<unknown> => {
    if (backend.purgeMany !== undefined) return backend.purgeMany(keys, call());
    return Promise.all(keys.map(async (key) => backend.purge(key, call())));
  };
  return {
    get: async (key, settings) => backend.get({ ...key }, call(settings)),
    put: async (key, entry, settings) => backend.put({ ...key }, entry, call(settings)),
    purge: async (key, settings) => backend.purge({ ...key }, call(settings)),
    getMany,
    putMany,
    purgeMany,
    scan: async (query): Promise<ScanPage> => promised(backend, "scan")(query, call()),
    clear: async (category) => promised(backend, "clear")(category, call()),
    ping: async () => backend.ping?.(call()),
  };
}

/** Makes the signal only when it is asked for, as the runtime does. */
function call({ signal, deadline = Date.now() + DEADLINE_MS }: CallSettings = {}): CallContext {
  let own: AbortSignal | undefined = signal;
  return {
    deadline,
    get signal() {
      own ??= new AbortController().signal;
      return own;
    },
  };
}

function promised<Name extends "scan" | "clear">(
  backend: StorageBackend,
  name: Name,
): NonNullable<StorageBackend[Name]> {
  const method = backend[name];
  if (method !== undefined) return method.bind(backend) as NonNullable<StorageBackend[Name]>; // bound, it keeps its own signature
  throw new TypeError(
    `The backend has no method "${name}": give it one, or say in the suite's options that it promises none: { promises: { ${name}: false } }`,
  );
}
