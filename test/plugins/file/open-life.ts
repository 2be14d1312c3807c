/** Backends of the plugin `file` without a thread around them, on folders of their own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { OpenStores } from "@stockpile/plugin-file";
import type { Clock, FileBackend } from "@stockpile/plugin-file";
import type { CallContext, EntryKey } from "../../../src/contract/backend.js";
import type { Logger } from "../../../src/contract/context.js";
import { FakeClock } from "../memory/fake-clock.js";
import { CountedSlots } from "./counted-slots.js";

export const CALL: CallContext = { signal: new AbortController().signal, deadline: Infinity };

export interface LifeOptions {
  /** Default: an empty one of its own. */
  readonly root?: string;
  readonly hostId?: string;
  readonly fsync?: boolean;
  readonly sweepFiles?: number;
  readonly clock?: Clock;
  /** Shares stores and slots with these, as another backend of the same life. */
  readonly life?: Life;
}

/** A backend and what belongs to it. */
export interface Life {
  readonly backend: FileBackend;
  readonly root: string;
  readonly clock: FakeClock;
  readonly stores: OpenStores;
  readonly slots: CountedSlots;
  /** What it warned of. */
  readonly warnings: unknown[][];
}

/** An empty folder, removed when the test ends. */
export function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "stockpile-file-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a backend, as a life of a host does. It is closed when the test ends, unless it has been by then. */
export async function openLife(t: ExecutionContext, options: LifeOptions = {}): Promise<Life> {
  const root = options.root ?? temporaryFolder(t);
  const clock = new FakeClock();
  const warnings: unknown[][] = [];
  const { stores, slots } = options.life ?? { stores: new OpenStores(), slots: new CountedSlots() };
  const { fsync = false, sweepFiles = 500, hostId = "host" } = options;
  const backend = await stores.open(
    { path: root, fsync, sweepIntervalMs: 1000, sweepFiles },
    { hostId, logger: loggerInto(warnings), slots, clock: options.clock ?? clock },
  );
  t.teardown(() => backend.close());
  return { backend, root, clock, stores, slots, warnings };
}

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
export async function textOf(backend: FileBackend, key: EntryKey): Promise<string | undefined> {
  const entry = await backend.get(key, CALL);
  return entry === undefined ? undefined : new TextDecoder().decode(entry.value);
}

/** All keys of a category, sorted, and the number of pages they came in. */
export async function scanAll(
  backend: FileBackend,
  category: string,
  limit: number,
): Promise<{ keys: string[]; pages: number }> {
  const keys: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await backend.scan({ category, limit, ...(cursor === undefined ? {} : { cursor }) }, CALL);
    keys.push(...page.keys);
    cursor = page.cursor;
    pages += 1;
  } while (cursor !== undefined);
  return { keys: keys.toSorted(), pages };
}
