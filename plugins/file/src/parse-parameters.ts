/** Reads the backend's parameters: what the configuration gives as `storage.parameters`. */
import { resolve } from "node:path";
import { inspect } from "node:util";

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

const MIN_SWEEP_INTERVAL_MS = 10;
/** A day. */
const MAX_SWEEP_INTERVAL_MS = 86_400_000;
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

const NAMES: readonly string[] = [
  "path",
  "fsync",
  "sweepIntervalMs",
  "sweepFiles",
] satisfies (keyof FileParameters)[];

/**
 * Fills in defaults and checks what is given.
 * @param parameters an object with a `path`, which starts at the working folder of the process unless it is absolute;
 * another parameter that is `undefined` takes its default.
 * @throws {TypeError} naming every parameter that is unknown or wrong, what was expected and what received.
 */
export function parseParameters(parameters: unknown): FileParameters {
  const given = new Map<string, unknown>(Object.entries(asObject(parameters)));
  const mistakes = [...given.keys()].filter((name) => !NAMES.includes(name)).map(unknownName);

  function read<T>(name: keyof FileParameters, form: Form<T>, defaultValue: T): T {
    const value = given.get(name);
    if (value === undefined && name !== "path") return defaultValue;
    if (form.accepts(value)) return value;
    mistakes.push(`expected "${name}" to be ${form.expected}: received ${show(value)}`);
    return defaultValue;
  }

  const settings = {
    path: resolve(read("path", PATH, "")),
    fsync: read("fsync", FLAG, DEFAULT_FSYNC),
    sweepIntervalMs: read(
      "sweepIntervalMs",
      integerWithin(MIN_SWEEP_INTERVAL_MS, MAX_SWEEP_INTERVAL_MS),
      DEFAULT_SWEEP_INTERVAL_MS,
    ),
    sweepFiles: read("sweepFiles", integerWithin(1, MAX_SWEEP_FILES), DEFAULT_SWEEP_FILES),
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

const FLAG: Form<boolean> = {
  expected: "true or false",
  accepts: (value): value is boolean => typeof value === "boolean",
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
  return new TypeError(`Cannot open storage backend "file": ${mistakes}`);
}

/** A short rendering on one line: parameters may hold anything that can be cloned. */
function show(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 64, maxArrayLength: 4 });
}
