/** Where a listing has come to. */
export interface ScanPosition {
  /** That of the servers it was said of. */
  readonly epoch: string;
  /** Index of the server that is being listed. */
  readonly server: number;
  /** Redis' own cursor there. */
  readonly next: string;
  /** How many pages there were: it makes every cursor of a listing another. */
  readonly page: number;
  /** Keys that were found and had no room on their page: a server finds some more than it was asked for. */
  readonly keys: readonly string[];
}

export function formatCursor({ epoch, server, next, page, keys }: ScanPosition): string {
  return JSON.stringify([epoch, server, next, page, ...keys]);
}

/** The position a cursor stands for: the beginning where it is absent, of other servers than now, or none of ours. */
export function parseCursor(cursor: string | undefined, epoch: string): ScanPosition {
  const [of, server, next, page, ...keys] = cursor === undefined ? [] : parse(cursor);
  const pages = typeof page === "number" ? page : 0;
  if (of !== epoch || typeof server !== "number" || typeof next !== "string") {
    return { epoch, server: 0, next: "0", page: pages, keys: [] };
  }
  return { epoch, server, next, page: pages, keys: keys.filter((key) => typeof key === "string") };
}

function parse(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(cursor);
    return Array.isArray(parts) ? parts : [];
  } catch {
    return []; // no cursor of this plugin
  }
}
