/** Reads the backend's parameters: what the configuration gives as `storage.parameters`. */
import { inspect } from "node:util";

/**
 * Entries kept unless told otherwise. With values of up to 800 bytes or so this bound is met before
 * {@link DEFAULT_MAX_BYTES}; it keeps the collector's work on many tiny entries short.
 */
export const DEFAULT_MAX_ENTRIES = 100_000;

/**
 * Bytes kept unless told otherwise: half of a plugin's default `limits.memoryMb` of 256. The other half is room for
 * values on their way in and out, and for what the collector has not yet freed.
 */
export const DEFAULT_MAX_BYTES: number = 128 * 1024 * 1024;

/**
 * The most entries that can be asked for. V8 refuses to grow a `Map` beyond 2^24 slots, and a slot freed by a removal
 * counts until the map is rebuilt in place, which it only is when half of them are free.
 */
export const MAX_ENTRIES_LIMIT: number = 2 ** 23;

/** The bounds of one backend. */
export interface MemoryParameters {
  /** 1 to {@link MAX_ENTRIES_LIMIT}. */
  readonly maxEntries: number;
  /** From 1; counted as `entryBytes` says. */
  readonly maxBytes: number;
}

const NAMES: readonly string[] = ["maxEntries", "maxBytes"] satisfies (keyof MemoryParameters)[];

/**
 * Fills in defaults and checks what is given.
 * @param parameters an object, or `undefined` for all defaults; a parameter that is `undefined` takes its default.
 * @throws {TypeError} naming every parameter that is unknown or wrong, what was expected and what received.
 */
export function parseParameters(parameters: unknown): MemoryParameters {
  const given = new Map<string, unknown>(Object.entries(asObject(parameters)));
  const mistakes = [...given.keys()].filter((name) => !NAMES.includes(name)).map(unknownName);

  function bound(name: keyof MemoryParameters, defaultValue: number, upperLimit: number): number {
    const value = given.get(name);
    if (value === undefined) return defaultValue;
    if (isIntegerWithin(value, upperLimit)) return value;
    mistakes.push(`expected "${name}" to be an integer from 1 to ${upperLimit}: received ${show(value)}`);
    return defaultValue;
  }

  const bounds = {
    maxEntries: bound("maxEntries", DEFAULT_MAX_ENTRIES, MAX_ENTRIES_LIMIT),
    maxBytes: bound("maxBytes", DEFAULT_MAX_BYTES, Number.MAX_SAFE_INTEGER),
  };
  if (mistakes.length > 0) throw refusal(mistakes.join("; "));
  return bounds;
}

function asObject(parameters: unknown): object {
  if (parameters === undefined) return {};
  if (typeof parameters === "object" && parameters !== null && !Array.isArray(parameters)) return parameters;
  throw refusal(`expected parameters to be an object: received ${show(parameters)}`);
}

function unknownName(name: string): string {
  return `expected no parameters but ${NAMES.map((known) => `"${known}"`).join(" and ")}: received ${JSON.stringify(name)}`;
}

function isIntegerWithin(value: unknown, upperLimit: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= upperLimit;
}

function refusal(mistakes: string): TypeError {
  return new TypeError(`Cannot open storage backend "memory": ${mistakes}`);
}

/** A short rendering on one line: parameters may hold anything that can be cloned. */
function show(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 64, maxArrayLength: 4 });
}
