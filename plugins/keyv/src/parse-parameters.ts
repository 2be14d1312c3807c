/** Reads the backend's parameters: what the configuration gives as `storage.parameters`. */
import { resolve } from "node:path";
import { inspect } from "node:util";

/** What the adapter's keys begin with unless told otherwise, so that others may use the same store. */
export const DEFAULT_NAMESPACE = "stockpile";

/**
 * The longest key that an adapter is given as it is unless told otherwise: file names have 255 bytes, of which some
 * adapters take three for each character that is no letter; memcached has 250, tables often 255.
 */
export const DEFAULT_MAX_KEY_BYTES = 80;

const MIN_MAX_KEY_BYTES = 16;
const MAX_MAX_KEY_BYTES = 4096;
/** Nothing that adapters split keys at. */
const NAMESPACE = /^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/;

/** The settings of one backend. */
export interface KeyvParameters {
  /** A package's name, the path of a module, or its `file:` URL. */
  readonly adapter: string;
  /** The export to use; `undefined` to look for it. */
  readonly exportName: string | undefined;
  /** What the adapter is constructed with. */
  readonly arguments: readonly unknown[];
  /** A folder to look for the adapter from, absolute. */
  readonly resolveFrom: string | undefined;
  readonly namespace: string;
  readonly maxKeyBytes: number;
}

const NAMES: readonly string[] = [
  "adapter",
  "export",
  "options",
  "arguments",
  "resolveFrom",
  "namespace",
  "maxKeyBytes",
];

/**
 * Fills in defaults and checks what is given.
 * @param parameters an object with an `adapter`; another parameter that is `undefined` takes its default.
 * @throws {TypeError} naming every parameter that is unknown or wrong, what was expected and what received.
 */
export function parseParameters(parameters: unknown): KeyvParameters {
  const given = new Map<string, unknown>(Object.entries(asObject(parameters)));
  const mistakes = [...given.keys()].filter((name) => !NAMES.includes(name)).map(unknownName);

  function read<T, D>(name: string, form: Form<T>, defaultValue: D): T | D {
    const value = given.get(name);
    if (value === undefined && name !== "adapter") return defaultValue;
    if (form.accepts(value)) return value;
    mistakes.push(`expected "${name}" to be ${form.expected}: received ${show(value)}`);
    return defaultValue;
  }

  const resolveFrom = read("resolveFrom", TEXT, undefined);
  const settings = {
    adapter: read("adapter", TEXT, ""),
    exportName: read("export", TEXT, undefined),
    arguments: read("arguments", LIST, optionsOf(given)),
    resolveFrom: resolveFrom === undefined ? undefined : resolve(resolveFrom),
    namespace: read("namespace", NAMESPACE_FORM, DEFAULT_NAMESPACE),
    maxKeyBytes: read("maxKeyBytes", KEY_BYTES, DEFAULT_MAX_KEY_BYTES),
  };
  if (given.has("options") && given.has("arguments")) {
    mistakes.push('expected either "options" or "arguments": received both');
  }
  if (mistakes.length > 0) throw refusal(mistakes.join("; "));
  return settings;
}

/** Most constructors take one argument. */
function optionsOf(given: ReadonlyMap<string, unknown>): readonly unknown[] {
  const options = given.get("options");
  return options === undefined ? [] : [options];
}

/** What a parameter may be. */
interface Form<T> {
  readonly expected: string;
  accepts(value: unknown): value is T;
}

const TEXT: Form<string> = {
  expected: "a string",
  accepts: (value): value is string => typeof value === "string" && value !== "",
};

const LIST: Form<readonly unknown[]> = {
  expected: "an array",
  accepts: (value): value is readonly unknown[] => Array.isArray(value),
};

const NAMESPACE_FORM: Form<string> = {
  expected: "1 to 32 letters, digits and hyphens",
  accepts: (value): value is string => typeof value === "string" && NAMESPACE.test(value),
};

const KEY_BYTES: Form<number> = {
  expected: `an integer from ${MIN_MAX_KEY_BYTES} to ${MAX_MAX_KEY_BYTES}`,
  accepts: (value): value is number =>
    typeof value === "number" &&
    Number.isInteger(value) &&
    value >= MIN_MAX_KEY_BYTES &&
    value <= MAX_MAX_KEY_BYTES,
};

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
  return new TypeError(`Cannot open storage backend "keyv": ${mistakes}`);
}

/** A short rendering on one line: parameters may hold anything that can be cloned. */
function show(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 64, maxArrayLength: 4 });
}
