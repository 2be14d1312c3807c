/** Reads the backend's parameters: what the configuration gives as `storage.parameters`. */
import { resolve } from "node:path";
import { FOLDER_PATH, integerWithin, oneOf, readParameters } from "@stockpile/core/plugin";

/**
 * What an acknowledged write outlives. All of them: the end of the thread and of the process, `kill -9` included.
 *
 * - `none`: nothing else. The system writes to the device when it likes, in any order; after a crash of the system the
 *   folder is emptied.
 * - `async`: the device is written to at once, and nobody waits for it. After a crash of the system the writes of the
 *   last moments may be missing; what is there is whole.
 * - `sync`: a crash of the system as well. A write is acknowledged once the device has it.
 */
export type Durability = "none" | "async" | "sync";

/** A cache can load again what a power cut took of the last moments; it should not have to start empty. */
export const DEFAULT_DURABILITY: Durability = "async";

/** How often the sweep looks for expired entries unless told otherwise, in ms: one look costs some microseconds. */
export const DEFAULT_SWEEP_INTERVAL_MS = 1000;

/** The least that can be asked for as `maxBytes`: below, an empty file's own pages would count. */
export const MIN_MAX_BYTES: number = 1024 * 1024;

/** Up to a day. */
const SWEEP_INTERVAL_MS = integerWithin(10, 86_400_000);

/** The settings of one backend. */
export interface LmdbParameters {
  /** The folder, absolute. */
  readonly path: string;
  readonly durability: Durability;
  /** Bytes in use after which entries are refused; `undefined` for no bound. */
  readonly maxBytes: number | undefined;
  readonly sweepIntervalMs: number;
}

/**
 * Fills in defaults and checks what is given.
 * @param parameters an object with a `path`, which starts at the working folder of the process unless it is absolute;
 * another parameter that is `undefined` takes its default.
 * @throws {TypeError} naming every parameter that is unknown or wrong, what was expected and what received.
 */
export function parseParameters(parameters: unknown): LmdbParameters {
  return readParameters(parameters, { action: 'open storage backend "lmdb"' }, (reader) => ({
    path: resolve(reader.demand("path", FOLDER_PATH, "")),
    durability: reader.read("durability", oneOf("none", "async", "sync"), DEFAULT_DURABILITY),
    maxBytes: reader.read("maxBytes", integerWithin(MIN_MAX_BYTES, Number.MAX_SAFE_INTEGER), undefined),
    sweepIntervalMs: reader.read("sweepIntervalMs", SWEEP_INTERVAL_MS, DEFAULT_SWEEP_INTERVAL_MS),
  }));
}
