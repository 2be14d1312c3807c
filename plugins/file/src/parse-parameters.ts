/** Reads the backend's parameters: what the configuration gives as `storage.parameters`. */
import { resolve } from "node:path";
import { FLAG, FOLDER_PATH, integerWithin, readParameters } from "@stockpile/core/plugin";

/**
 * Whether a write waits for the device unless told otherwise. Without, what was acknowledged outlives the process
 * whatever ends it, and may be lost when the machine loses power: for a cache that is a load more. With it each write
 * takes the time of the device, and others wait for the two slots meanwhile.
 */
export const DEFAULT_FSYNC = false;

/** How often the sweep works unless told otherwise, in ms: it then takes a few operations where there is nothing to do. */
export const DEFAULT_SWEEP_INTERVAL_MS = 1000;

/**
 * Files the sweep looks at each time unless told otherwise: at 0.1 ms each a twentieth of one of two slots, and a
 * million entries within 35 minutes.
 */
export const DEFAULT_SWEEP_FILES = 500;

/** Up to a day. */
const SWEEP_INTERVAL_MS = integerWithin(10, 86_400_000);
const MAX_SWEEP_FILES = 1_000_000;

/** The settings of one backend. */
export interface FileParameters {
  /** The folder, absolute. */
  readonly path: string;
  /** Whether a write is acknowledged only once the device has it. */
  readonly fsync: boolean;
  readonly sweepIntervalMs: number;
  /** Files looked at in each interval. */
  readonly sweepFiles: number;
}

/**
 * Fills in defaults and checks what is given.
 * @param parameters an object with a `path`, which starts at the working folder of the process unless it is absolute;
 * another parameter that is `undefined` takes its default.
 * @throws {TypeError} naming every parameter that is unknown or wrong, what was expected and what received.
 */
export function parseParameters(parameters: unknown): FileParameters {
  return readParameters(parameters, { action: 'open storage backend "file"' }, (reader) => ({
    path: resolve(reader.demand("path", FOLDER_PATH, "")),
    fsync: reader.read("fsync", FLAG, DEFAULT_FSYNC),
    sweepIntervalMs: reader.read("sweepIntervalMs", SWEEP_INTERVAL_MS, DEFAULT_SWEEP_INTERVAL_MS),
    sweepFiles: reader.read("sweepFiles", integerWithin(1, MAX_SWEEP_FILES), DEFAULT_SWEEP_FILES),
  }));
}
