/** Reads the backend's parameters: what the configuration gives as `storage.parameters`. */
import { resolve } from "node:path";
import { FOLDER_PATH, TEXT, integerWithin, readParameters } from "@stockpile/core/plugin";
import type { ParameterForm, ParameterReader } from "@stockpile/core/plugin";

/** What the adapter's keys begin with unless told otherwise, so that others may use the same store. */
export const DEFAULT_NAMESPACE = "stockpile";

/**
 * The longest key that an adapter is given as it is unless told otherwise: file names have 255 bytes, of which some
 * adapters take three for each character that is no letter; memcached has 250, tables often 255.
 */
export const DEFAULT_MAX_KEY_BYTES = 80;

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

const KEY_BYTES = integerWithin(16, 4096);

const LIST: ParameterForm<readonly unknown[]> = {
  expected: "an array",
  accepts: (value): value is readonly unknown[] => Array.isArray(value),
};

/** Nothing that adapters split keys at. */
const NAMESPACE: ParameterForm<string> = {
  expected: "1 to 32 letters, digits and hyphens",
  accepts: (value): value is string =>
    typeof value === "string" && /^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/.test(value),
};

/**
 * Fills in defaults and checks what is given.
 * @param parameters an object with an `adapter`; another parameter that is `undefined` takes its default.
 * @throws {TypeError} naming every parameter that is unknown or wrong, what was expected and what received.
 */
export function parseParameters(parameters: unknown): KeyvParameters {
  return readParameters(parameters, { action: 'open storage backend "keyv"' }, (reader) => ({
    adapter: reader.demand("adapter", TEXT, ""),
    exportName: reader.read("export", TEXT, undefined),
    arguments: readArguments(reader),
    resolveFrom: readFolder(reader),
    namespace: reader.read("namespace", NAMESPACE, DEFAULT_NAMESPACE),
    maxKeyBytes: reader.read("maxKeyBytes", KEY_BYTES, DEFAULT_MAX_KEY_BYTES),
  }));
}

/** Most constructors take one argument: the `options`. */
function readArguments(reader: ParameterReader): readonly unknown[] {
  const options = reader.value("options");
  if (options !== undefined && reader.has("arguments")) {
    reader.note('expected either "options" or "arguments": received both');
  }
  return reader.read("arguments", LIST, options === undefined ? [] : [options]);
}

function readFolder(reader: ParameterReader): string | undefined {
  const folder = reader.read("resolveFrom", FOLDER_PATH, undefined);
  return folder === undefined ? undefined : resolve(folder);
}
