/** Backends of the plugin `lmdb` without the runtime around them, on folders of their own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { OpenStores } from "@stockpile/plugin-lmdb";
import type { Durability, LmdbBackend } from "@stockpile/plugin-lmdb";
import type { EntryKey } from "../../../src/contract/backend.js";
import type { Logger } from "../../../src/contract/context.js";
import { FakeClock } from "../memory/fake-clock.js";

export interface LifeOptions {
  /** Default: an empty one of its own. */
  readonly root?: string;
  readonly durability?: Durability;
  readonly maxBytes?: number;
  readonly bootId?: string | undefined;
  readonly clock?: FakeClock;
  /** Shares stores with these, as another backend of the same life. */
  readonly stores?: OpenStores;
}

/** A backend and what belongs to it. */
export interface Life {
  readonly backend: LmdbBackend;
  readonly root: string;
  readonly clock: FakeClock;
  readonly stores: OpenStores;
  /** What it warned of. */
  readonly warnings: unknown[][];
}

/** An empty folder, removed when the test ends. */
export function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "stockpile-lmdb-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a backend. It is closed when the test ends, unless it has been by then. */
export async function openLife(t: ExecutionContext, options: LifeOptions = {}): Promise<Life> {
  const root = options.root ?? temporaryFolder(t);
  const clock = options.clock ?? new FakeClock();
  const warnings: unknown[][] = [];
  const stores = options.stores ?? new OpenStores();
  const { durability = "async", maxBytes } = options;
  const bootId = "bootId" in options ? options.bootId : "this boot";
  const backend = await stores.open(
    { path: root, durability, maxBytes, sweepIntervalMs: 1000 },
    { logger: loggerInto(warnings), clock, bootId },
  );
  let isClosed = false;
  const close = backend.close.bind(backend);
  backend.close = async () => {
    if (isClosed) return;
    isClosed = true;
    await close();
  };
  t.teardown(() => backend.close());
  return { backend, root, clock, stores, warnings };
}

export const silentLogger: Logger = loggerInto([]);

function loggerInto(warnings: unknown[][]): Logger {
  const logger: Logger = {
    trace() {},
    debug() {},
    info() {},
    warn: (...line: unknown[]) => void warnings.push(line),
    error: (...line: unknown[]) => void warnings.push(line),
    fatal() {},
    child: () => logger,
  };
  return logger;
}

export function at(key: string, category: string = "player"): EntryKey {
  return { category, key };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The value under a key as text. */
export function textOf(backend: LmdbBackend, key: EntryKey): string | undefined {
  const entry = backend.get(key);
  return entry === undefined ? undefined : new TextDecoder().decode(entry.value);
}

/** All keys of a category in the order of their pages, and the number of these. */
export function scanAll(
  backend: LmdbBackend,
  category: string,
  limit: number,
): { keys: string[]; pages: number } {
  const keys: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = backend.scan({ category, limit, ...(cursor === undefined ? {} : { cursor }) });
    keys.push(...page.keys);
    cursor = page.cursor;
    pages += 1;
  } while (cursor !== undefined);
  return { keys, pages };
}
