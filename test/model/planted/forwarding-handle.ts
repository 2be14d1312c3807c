import type { EntryKey, ScanPage, ScanQuery, StoredEntry } from "../../../src/contract/backend.js";
import type { Ability, BackendHandle, OnReleased } from "../../../src/host/calls/backend-handle.js";

/** A backend that does as another does: what a bug is planted in overrides one method. */
export class ForwardingHandle implements BackendHandle {
  protected readonly inner: BackendHandle;

  constructor(inner: BackendHandle) {
    this.inner = inner;
  }

  get pluginName(): string {
    return this.inner.pluginName;
  }

  get backendId(): string | undefined {
    return this.inner.backendId;
  }

  get isServing(): boolean {
    return this.inner.isServing;
  }

  onServing(listener: () => void): void {
    this.inner.onServing(listener);
  }

  has(ability: Ability): boolean {
    return this.inner.has(ability);
  }

  get(key: EntryKey): Promise<StoredEntry | undefined> {
    return this.inner.get(key);
  }

  put(key: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void> {
    return this.inner.put(key, entry, onReleased);
  }

  purge(key: EntryKey, onReleased?: OnReleased): Promise<void> {
    return this.inner.purge(key, onReleased);
  }

  getMany(keys: readonly EntryKey[]): Promise<readonly (StoredEntry | undefined)[]> {
    return this.inner.getMany(keys);
  }

  putMany(entries: readonly (readonly [EntryKey, StoredEntry])[], onReleased?: OnReleased): Promise<void> {
    return this.inner.putMany(entries, onReleased);
  }

  purgeMany(keys: readonly EntryKey[], onReleased?: OnReleased): Promise<void> {
    return this.inner.purgeMany(keys, onReleased);
  }

  scan(query: ScanQuery): Promise<ScanPage> {
    return this.inner.scan(query);
  }

  clear(category: string, onReleased?: OnReleased): Promise<void> {
    return this.inner.clear(category, onReleased);
  }
}
