import type { KeyvAdapter } from "./adapter.js";
import type { AdapterKeys } from "./adapter-keys.js";
import { decodeHead } from "./entry-text.js";
import { isExpired } from "./is-expired.js";

/** As many keys are held of one listing at once: some megabytes. */
const WINDOW_KEYS = 20_000;
/** As many listings go on without a new walk over the store. */
const MAX_WINDOWS = 4;

/** A key as the host knows it, and as the adapter does. */
export interface ListedKey {
  readonly key: string;
  readonly adapterKey: string;
}

/** What is left of a walk: keys in order, and whether there are more behind them. */
interface Window {
  readonly keys: readonly string[];
  readonly hasMore: boolean;
}

/**
 * Lists keys page by page, of an adapter that can only walk over all it has. Keys are listed in their order, so that a
 * cursor is a key and means the same whatever came and went; of a walk as many are kept as one window holds, and the
 * next pages come from there.
 */
export class KeyListing {
  readonly #adapter: KeyvAdapter & Required<Pick<KeyvAdapter, "iterator">>;
  readonly #keys: AdapterKeys;
  readonly #namespace: string;
  readonly #windows = new Map<string, Window>();

  constructor(
    adapter: KeyvAdapter & Required<Pick<KeyvAdapter, "iterator">>,
    keys: AdapterKeys,
    namespace: string,
  ) {
    this.#adapter = adapter;
    this.#keys = keys;
    this.#namespace = namespace;
  }

  /** The next keys of a category behind `cursor`, and the cursor behind those; none where there are no more. */
  async page(
    category: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ keys: readonly string[]; cursor?: string }> {
    const held = cursor === undefined ? undefined : this.#windows.get(nameOf(category, cursor));
    const { keys, hasMore } = held ?? (await this.#walk(category, cursor));
    if (cursor !== undefined) this.#windows.delete(nameOf(category, cursor));
    const page = keys.slice(0, limit);
    const last = page.at(-1);
    const rest = keys.slice(limit);
    if (last === undefined || (rest.length === 0 && !hasMore)) return { keys: page };
    if (rest.length > 0) this.#hold(nameOf(category, last), { keys: rest, hasMore });
    return { keys: page, cursor: last };
  }

  /** Every entry of a category that the adapter has, expired ones included. */
  async *all(category: string): AsyncGenerator<ListedKey & { readonly expiresAt?: number }> {
    for await (const item of this.#adapter.iterator(this.#namespace)) {
      const [adapterKey, stored] = Array.isArray(item) ? (item as unknown[]) : [];
      if (!this.#keys.isOf(category, adapterKey)) continue;
      const head = decodeHead(stored);
      if (head === undefined) continue;
      const { key, expiresAt } = head;
      const listed = { key, adapterKey: this.#keys.keyFor({ category, key }) };
      yield expiresAt === undefined ? listed : { ...listed, expiresAt };
    }
  }

  async #walk(category: string, after: string | undefined): Promise<Window> {
    const now = Date.now();
    let found: string[] = [];
    let hasMore = false;
    for await (const { key, expiresAt } of this.all(category)) {
      if (isExpired(expiresAt, now) || (after !== undefined && key <= after)) continue;
      found.push(key);
      if (found.length < 2 * WINDOW_KEYS) continue;
      found = found.toSorted(byOrder).slice(0, WINDOW_KEYS);
      hasMore = true;
    }
    const keys = [...new Set(found)].toSorted(byOrder);
    return { keys: keys.slice(0, WINDOW_KEYS), hasMore: hasMore || keys.length > WINDOW_KEYS };
  }

  #hold(name: string, window: Window): void {
    const [oldest] = this.#windows.keys();
    if (this.#windows.size >= MAX_WINDOWS && oldest !== undefined) this.#windows.delete(oldest);
    this.#windows.set(name, window);
  }
}

function nameOf(category: string, cursor: string): string {
  return `${category}:${cursor}`;
}

/** By code units, as `<` compares: the same everywhere. */
function byOrder(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
