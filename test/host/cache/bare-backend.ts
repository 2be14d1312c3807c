import type { EntryKey, ScanPage, StoredEntry } from "../../../src/contract/backend.js";
import { UnsupportedError } from "../../../src/contract/errors.js";
import type { BackendHandle, OnReleased } from "../../../src/host/calls/backend-handle.js";

/** A backend that always serves and has none of the methods it need not have. */
export abstract class BareBackend implements BackendHandle {
  readonly pluginName: string = "fake";
  backendId: string | undefined = "memory";
  readonly isServing: boolean = true;

  abstract get(key: EntryKey): Promise<StoredEntry | undefined>;
  abstract put(key: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void>;
  abstract purge(key: EntryKey, onReleased?: OnReleased): Promise<void>;

  onServing(_listener: () => void): void {}

  has(): boolean {
    return false;
  }

  getMany(): Promise<never> {
    return unsupported("getMany");
  }

  putMany(): Promise<void> {
    return unsupported("putMany");
  }

  purgeMany(): Promise<void> {
    return unsupported("purgeMany");
  }

  scan(): Promise<ScanPage> {
    return unsupported("scan");
  }

  clear(): Promise<void> {
    return unsupported("clear");
  }
}

function unsupported(operation: string): Promise<never> {
  return Promise.reject(new UnsupportedError(`Cannot ${operation}: it has no such method`, { operation }));
}
