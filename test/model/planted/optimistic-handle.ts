import type { EntryKey, StoredEntry } from "../../../src/contract/backend.js";
import { PluginUnavailableError } from "../../../src/contract/errors.js";
import type { OnReleased } from "../../../src/host/calls/backend-handle.js";
import { ForwardingHandle } from "./forwarding-handle.js";

/** Acknowledges what could not be sent. */
export class OptimisticHandle extends ForwardingHandle {
  override has(): boolean {
    return false;
  }

  override put(key: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void> {
    return this.inner.put(key, entry, onReleased).catch((error: unknown) => {
      if (!(error instanceof PluginUnavailableError)) throw error;
    });
  }
}
