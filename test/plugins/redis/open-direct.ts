/** Backends of the plugin `redis` without a thread around them. */
import type { ExecutionContext } from "ava";
import { openBackend, parseParameters } from "@stockpile/plugin-redis";
import type { RedisBackend } from "@stockpile/plugin-redis";
import type { CallContext, EntryKey, StoredEntry } from "../../../src/contract/backend.js";
import { loggerInto } from "../support/logger-into.js";

/** What a call may take in these tests, in ms, unless they say otherwise: on a machine under load. */
const AMPLE_MS = 10_000;

export interface Opened {
  readonly backend: RedisBackend;
  /** What it said was changed by others. */
  readonly invalidations: (readonly EntryKey[] | "all")[];
  /** What it logged from `info` on. */
  readonly lines: unknown[][];
}

/** Opens a backend. It is closed when the test ends, unless it has been by then. */
export async function openDirect(t: ExecutionContext, parameters: object): Promise<Opened> {
  const invalidations: (readonly EntryKey[] | "all")[] = [];
  const lines: unknown[][] = [];
  const backend = await openBackend(parseParameters(parameters), {
    logger: loggerInto(lines, "info"),
    invalidate: (keys) => void invalidations.push(keys),
  });
  t.teardown(() => backend.close());
  return { backend, invalidations, lines };
}

export function callFor(ms: number = AMPLE_MS): CallContext {
  return { signal: new AbortController().signal, deadline: Date.now() + ms };
}

export function entry(text: string, expiresAt?: number): StoredEntry {
  const value = new TextEncoder().encode(text);
  return expiresAt === undefined ? { value } : { value, expiresAt };
}

/** The value under a key as text. */
export async function textOf(backend: RedisBackend, key: EntryKey): Promise<string | undefined> {
  const found = await backend.get(key, callFor());
  return found === undefined ? undefined : new TextDecoder().decode(found.value);
}

/** All keys of a category, sorted, each as often as it came. */
export async function scanAll(backend: RedisBackend, category: string, limit: number): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await backend.scan(
      { category, limit, ...(cursor === undefined ? {} : { cursor }) },
      callFor(),
    );
    keys.push(...page.keys);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return keys.toSorted();
}
