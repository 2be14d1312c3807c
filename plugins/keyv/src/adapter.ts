/**
 * What Keyv expects of a storage adapter, as far as it is used here. Adapters for Keyv 5 are told how long an entry
 * lives, those for Keyv 6 when it expires, and say so by their capabilities.
 */
export interface KeyvAdapter {
  namespace?: string | undefined;
  /** Keyv 6: with `expires`, the third argument of `set` is a time and not a duration. */
  readonly capabilities?: { readonly expires?: boolean } | undefined;
  /** Of some adapters: whether they tell of what fails, and do not answer as if nothing were there. */
  throwOnErrors?: boolean;
  get(key: string): unknown;
  set(key: string, value: string, ttlOrExpires?: number): unknown;
  delete(key: string): unknown;
  getMany?(keys: string[]): unknown;
  setMany?(entries: readonly AdapterEntry[]): unknown;
  iterator?(namespace?: string): AsyncIterable<unknown> | Iterable<unknown>;
  disconnect?(): unknown;
  on?(event: "error", listener: (error: unknown) => void): unknown;
}

/** One of the entries that `setMany` is given: `ttl` for Keyv 5, `expires` for Keyv 6, both in milliseconds. */
export interface AdapterEntry {
  readonly key: string;
  readonly value: string;
  readonly ttl?: number;
  readonly expires?: number;
}

/** Whether something has the methods that Keyv calls. */
export function isAdapter(value: unknown): value is KeyvAdapter {
  if (typeof value !== "object" || value === null) return false;
  const { get, set, delete: remove } = value as Record<string, unknown>;
  return typeof get === "function" && typeof set === "function" && typeof remove === "function";
}
