import type { ScanPage } from "../../contract/backend.js";
import type { AbortListeners } from "./abort-listeners.js";
import type { CategorySettings } from "./category-settings.js";
import { PageCursors } from "./page-cursors.js";
import type { Writes } from "./writes/writes.js";

/** Keys asked for at a time: a page of short keys is some 50 KB. */
const PAGE_KEYS = 1000;

/** What a listing works with. */
export interface KeyListingOptions<T> {
  readonly settings: CategorySettings<T>;
  readonly writes: Writes<T>;
  readonly abortListeners: AbortListeners;
  /** Throws once the category is closed. */
  readonly checkOpen: () => void;
}

/**
 * Yields the keys of a category: those whose writes wait, then the backend's, page by page, without those that are to
 * be removed. See `Category.keys`.
 */
export async function* listKeys<T>(
  { settings, writes, abortListeners, checkOpen }: KeyListingOptions<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  const { backend, name: category } = settings;
  const { clears } = writes;
  const clearsBefore = clears.count;
  // What the backend has while a clear is on its way was there before it, and so was what a page had before one.
  const isCleared = (): boolean => clears.isPending || clears.count !== clearsBefore;
  const { present } = writes.pending.pendingKeys();
  for (const key of present) {
    signal?.throwIfAborted();
    yield key;
  }
  const cursors = new PageCursors(backend, category);
  let cursor: string | undefined;
  while (!isCleared()) {
    checkOpen();
    const query = { category, limit: PAGE_KEYS, ...(cursor === undefined ? {} : { cursor }) };
    // A page that was asked for before a key was removed may have it, though the removal is done by now.
    const { absent } = writes.pending.pendingKeys();
    const page = await scanUnlessAborted(() => backend.scan(query), signal, abortListeners);
    for (const key of page.keys) {
      if (isCleared()) return;
      signal?.throwIfAborted();
      if (present.has(key) || absent.has(key) || writes.pending.pending(key) === "absent") continue;
      yield key;
    }
    cursor = cursors.after(page);
    if (cursor === undefined) return;
  }
}

function scanUnlessAborted(
  scan: () => Promise<ScanPage>,
  signal: AbortSignal | undefined,
  abortListeners: AbortListeners,
): Promise<ScanPage> {
  if (signal === undefined) return scan();
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stopListening = abortListeners.add(signal, () => reject(signal.reason));
    scan().then(resolve, reject).finally(stopListening);
  });
}
