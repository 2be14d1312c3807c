import type { EntryKey, StoredEntry } from "../../../src/contract/backend.js";
import { BackendTimeoutError } from "../../../src/contract/errors.js";
import type { OnReleased } from "../../../src/host/calls/backend-handle.js";
import { ForwardingHandle } from "./forwarding-handle.js";

/** Takes a write that timed out for one that will not be done. */
export class ImpatientHandle extends ForwardingHandle {
  override has(): boolean {
    return false;
  }

  override put(key: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void> {
    return this.inner.put(key, entry).catch((error: unknown) => {
      if (error instanceof BackendTimeoutError) queueMicrotask(() => onReleased?.(false));
      throw error;
    });
  }
}
