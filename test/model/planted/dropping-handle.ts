import type { EntryKey, StoredEntry } from "../../../src/contract/backend.js";
import type { BackendHandle, OnReleased } from "../../../src/host/calls/backend-handle.js";
import { ForwardingHandle } from "./forwarding-handle.js";

/** Acknowledges what it does not do. */
export class DroppingHandle extends ForwardingHandle {
  readonly #operation: "put" | "purge";

  constructor(inner: BackendHandle, operation: "put" | "purge") {
    super(inner);
    this.#operation = operation;
  }

  override has(): boolean {
    return false;
  }

  override put(key: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void> {
    return this.#operation === "put" ? Promise.resolve() : this.inner.put(key, entry, onReleased);
  }

  override purge(key: EntryKey, onReleased?: OnReleased): Promise<void> {
    return this.#operation === "purge" ? Promise.resolve() : this.inner.purge(key, onReleased);
  }
}
