import type { EntryKey, ScanPage, ScanQuery, StoredEntry } from "../../../src/contract/backend.js";
import { UnsupportedError } from "../../../src/contract/errors.js";
import type { Ability, BackendHandle, OnReleased } from "../../../src/host/calls/backend-handle.js";

/** A backend that always serves and has none of the methods it need not have. */
export abstract class BareBackend implements BackendHandle {
  readonly pluginName: string = "fake";
  backendId: string | undefined = "memory";

  get isServing(): boolean {
    return true;
  }

  abstract get(key: EntryKey): Promise<StoredEntry | undefined>;
  abstract put(key: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void>;
  abstract purge(key: EntryKey, onReleased?: OnReleased): Promise<void>;

  onServing(_listener: () => void): void {}

  has(_ability: Ability): boolean {
    return false;
  }

  getMany(_keys: readonly EntryKey[]): Promise<readonly (StoredEntry | undefined)[]> {
    return unsupported("getMany");
  }

  putMany(_entries: readonly (readonly [EntryKey, StoredEntry])[], _onReleased?: OnReleased): Promise<void> {
    return unsupported("putMany");
  }

  purgeMany(_keys: readonly EntryKey[], _onReleased?: OnReleased): Promise<void> {
    return unsupported("purgeMany");
  }

  scan(_query: ScanQuery): Promise<ScanPage> {
    return unsupported("scan");
  }

  clear(_category: string, _onReleased?: OnReleased): Promise<void> {
    return unsupported("clear");
  }
}

function unsupported(operation: string): Promise<never> {
  return Promise.reject(new UnsupportedError(`Cannot ${operation}: it has no such method`, { operation }));
}
