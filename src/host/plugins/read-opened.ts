/** Reads the answer to the opening of a backend, which came over the port unchecked. */
import { PluginLoadError } from "../../contract/errors.js";
import { fromWireError } from "../../contract/wire-error.js";
import { maskError } from "../calls/mask-error.js";
import type { Mask } from "../calls/mask-error.js";
import { outcomeError } from "./outcome-error.js";

/** Names of optional methods a backend may answer with: above what the contract has. */
const MAX_METHODS = 32;

export interface Opening {
  readonly pluginName: string;
  readonly backendId: string;
  readonly file: string;
  /** How long was waited, in ms. */
  readonly limitMs: number;
  readonly mask: Mask;
}

/**
 * The optional methods the backend has.
 * @param answer `undefined` where none came in time.
 * @throws {PluginLoadError} none came, or it was an error.
 */
export function readOpened(answer: unknown, opening: Opening): readonly string[] {
  const { pluginName, backendId, file, limitMs, mask } = opening;
  const details = { pluginName, backendId, operation: "open" };
  const who = `Storage backend "${backendId}" of plugin "${pluginName}", from ${file},`;
  if (answer === undefined) {
    throw new PluginLoadError(`${who} did not open within ${Math.round(limitMs)} ms`, details);
  }
  const raw = outcomeError(answer);
  if (raw === undefined) return namesOf(answer);
  const error = maskError(raw, mask);
  throw new PluginLoadError(`${who} did not open: ${error.message}`, {
    ...details,
    cause: fromWireError(error),
  });
}

/** The length is asked first: an array can be billions long and weigh nothing. */
function namesOf(answer: unknown): string[] {
  const names: unknown = Reflect.get(Object(answer), "value");
  if (!Array.isArray(names) || names.length > MAX_METHODS) return [];
  return names.filter((name): name is string => typeof name === "string");
}
