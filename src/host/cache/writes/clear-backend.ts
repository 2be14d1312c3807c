import type { ScanPage } from "../../../contract/backend.js";
import { UnsupportedError } from "../../../contract/errors.js";
import type { BackendHandle, OnReleased } from "../../calls/backend-handle.js";
import { PageCursors } from "../page-cursors.js";
import { WriteNotSent } from "./write-not-sent.js";

/** Keys of a page: a purge of as many is one short call. */
const PAGE_KEYS = 500;

/**
 * Removes all entries of a category: by the backend's own `clear`, or page by page where it has none.
 * @param onPages Called when it takes more than one page: it may take long.
 * @throws {UnsupportedError} It has neither `clear` nor `scan`.
 * @throws {WriteNotSent} What it did is sure: no call that removes is under way.
 * @throws what the backend rejects a call that removes with.
 */
export async function clearBackend(
  backend: BackendHandle,
  category: string,
  onReleased: OnReleased,
  onPages: () => void,
): Promise<void> {
  try {
    await backend.clear(category, onReleased);
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    // A page that is removed after its deadline is not the whole.
    await clearByPages(backend, category, {
      onReleased: Object.assign(() => onReleased(false), { isAwaited: () => true }),
      onPages,
    });
  }
}

/** Purging does not disturb a scan: a key that is there throughout is yielded whatever becomes of others. */
async function clearByPages(
  backend: BackendHandle,
  category: string,
  { onReleased, onPages }: { readonly onReleased: OnReleased; readonly onPages: () => void },
): Promise<void> {
  const cursors = new PageCursors(backend, category);
  for (let cursor: string | undefined; ;) {
    const query = { category, limit: PAGE_KEYS, ...(cursor === undefined ? {} : { cursor }) };
    // oxlint-disable-next-line no-await-in-loop -- A page's cursor leads to the next.
    const page = await backend.scan(query).catch((cause: unknown) => {
      throw cause instanceof UnsupportedError ? cause : new WriteNotSent(cause);
    });
    const keys = page.keys.map((key) => ({ category, key }));
    // oxlint-disable-next-line no-await-in-loop -- One page is removed at a time, so that calls under way are few.
    if (keys.length > 0) await backend.purgeMany(keys, onReleased);
    cursor = nextCursor(cursors, page);
    if (cursor === undefined) return;
    onPages();
  }
}

function nextCursor(cursors: PageCursors, page: ScanPage): string | undefined {
  try {
    return cursors.after(page);
  } catch (cause) {
    throw new WriteNotSent(cause);
  }
}
