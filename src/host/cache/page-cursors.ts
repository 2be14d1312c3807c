import type { ScanPage } from "../../contract/backend.js";
import { BackendError } from "../../contract/errors.js";
import type { BackendHandle } from "../calls/backend-handle.js";

/** Leads from page to page of a scan, and not round in circles, wherever a backend's cursors lead. */
export class PageCursors {
  readonly #backend: Pick<BackendHandle, "pluginName">;
  readonly #category: string;
  readonly #seen = new Set<string>();

  constructor(backend: Pick<BackendHandle, "pluginName">, category: string) {
    this.#backend = backend;
    this.#category = category;
  }

  /**
   * The cursor of the page after `page`; `undefined` after the last.
   * @throws {BackendError} it has led to a page before.
   */
  after({ cursor }: ScanPage): string | undefined {
    if (cursor === undefined) return undefined;
    if (this.#seen.has(cursor)) {
      const { pluginName } = this.#backend;
      throw new BackendError(
        `Cannot scan category ${this.#category}: expected pages to end: received a cursor for the second time`,
        { pluginName, operation: "scan" },
      );
    }
    this.#seen.add(cursor);
    return cursor;
  }
}
