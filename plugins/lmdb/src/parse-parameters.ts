/** Reads the backend's parameters: what the configuration gives as `storage.parameters`. */
import { resolve } from "node:path";
import { inspect } from "node:util";

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

const DURABILITIES: readonly string[] = ["none", "async", "sync"] satisfies Durability[];

/** A cache can load again what a power cut took of the last moments; it should not have to start empty. */
export const DEFAULT_DURABILITY: Durability = "async";

/** How often the sweep looks for expired entries unless told otherwise, in ms: one look costs some microseconds. */
export const DEFAULT_SWEEP_INTERVAL_MS = 1000;

/** The least that can be asked for as `maxBytes`: below, an empty file's own pages would count. */
export const MIN_MAX_BYTES: number = 1024 * 1024;

const MIN_SWEEP_INTERVAL_MS = 10;
/** A day. */
const MAX_SWEEP_INTERVAL_MS = 86_400_000;

/** The settings of one backend. */
export interface LmdbParameters {
  /** The folder, absolute. */
  readonly path: string;
  readonly durability: Durability;
  /** Bytes in use after which entries are refused; `undefined` for no bound. */
  readonly maxBytes: number | undefined;
  readonly sweepIntervalMs: number;
}

const NAMES: readonly string[] = [
  "path",
  "durability",
  "maxBytes",
  "sweepIntervalMs",
] satisfies (keyof LmdbParameters)[];

/**
 * Fills in defaults and checks what is given.
 * @param parameters an object with a `path`, which starts at the working folder of the process unless it is absolute;
 * another parameter that is `undefined` takes its default.
 * @throws {TypeError} naming every parameter that is unknown or wrong, what was expected and what received.
 */
export function parseParameters(parameters: unknown): LmdbParameters {
  const given = new Map<string, unknown>(Object.entries(asObject(parameters)));
  const mistakes = [...given.keys()].filter((name) => !NAMES.includes(name)).map(unknownName);

  function read<T, D>(name: keyof LmdbParameters, form: Form<T>, defaultValue: D): T | D {
    const value = given.get(name);
    if (value === undefined && name !== "path") return defaultValue;
    if (form.accepts(value)) return value;
    mistakes.push(`expected "${name}" to be ${form.expected}: received ${show(value)}`);
    return defaultValue;
  }

  const settings = {
    path: resolve(read("path", PATH, "")),
    durability: read("durability", DURABILITY, DEFAULT_DURABILITY),
    maxBytes: read("maxBytes", integerWithin(MIN_MAX_BYTES, Number.MAX_SAFE_INTEGER), undefined),
    sweepIntervalMs: read(
      "sweepIntervalMs",
      integerWithin(MIN_SWEEP_INTERVAL_MS, MAX_SWEEP_INTERVAL_MS),
      DEFAULT_SWEEP_INTERVAL_MS,
    ),
  };
  if (mistakes.length > 0) throw refusal(mistakes.join("; "));
  return settings;
}

/** What a parameter may be. */
interface Form<T> {
  readonly expected: string;
  accepts(value: unknown): value is T;
}

const PATH: Form<string> = {
  expected: "the path of a folder",
  accepts: (value): value is string => typeof value === "string" && value !== "" && !value.includes("\0"),
};

const DURABILITY: Form<Durability> = {
  expected: DURABILITIES.map((name) => `"${name}"`).join(" or "),
  accepts: (value): value is Durability => typeof value === "string" && DURABILITIES.includes(value),
};

function integerWithin(lowerLimit: number, upperLimit: number): Form<number> {
  return {
    expected: `an integer from ${lowerLimit} to ${upperLimit}`,
    accepts: (value): value is number =>
      typeof value === "number" && Number.isInteger(value) && value >= lowerLimit && value <= upperLimit,
  };
}

function asObject(parameters: unknown): object {
  if (parameters === undefined) return {};
  if (typeof parameters === "object" && parameters !== null && !Array.isArray(parameters)) return parameters;
  throw refusal(`expected parameters to be an object: received ${show(parameters)}`);
}

function unknownName(name: string): string {
  const known = NAMES.map((each) => `"${each}"`).join(", ");
  return `expected no parameters but ${known}: received ${JSON.stringify(name)}`;
}

function refusal(mistakes: string): TypeError {
  return new TypeError(`Cannot open storage backend "lmdb": ${mistakes}`);
}

/** A short rendering on one line: parameters may hold anything that can be cloned. */
function show(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 64, maxArrayLength: 4 });
}
