import type { StoredEntry } from "../../src/contract/backend.js";

/**
 * What the histories cache. Each value that comes into being has a number of its own, so that an answer tells which
 * set or load it is from; the rest is there to see whether it is the same from every source.
 */
export interface TestValue {
  readonly n: number;
  readonly key: string;
  readonly at: Date | string;
  readonly list: (number | null | { deep: string })[];
  readonly gone?: undefined;
}

/** The value as it is set or loaded: with a `Date`, and a property that JSON leaves out. */
export function makeValue(n: number, key: string): TestValue {
  return { n, key, at: new Date(n * 1000), list: [n, null, { deep: `"n" of ${key}` }], gone: undefined };
}

/** The same value as whoever gets it sees it: what JSON makes of it. */
export function readValue(n: number, key: string): TestValue {
  return JSON.parse(JSON.stringify(makeValue(n, key)));
}

/** The number of the value that an entry carries, without asking the code under test how it does that. */
export function numberOf(entry: StoredEntry): number {
  const text = Buffer.from(entry.value).toString("latin1");
  const number = /\{"n":(\d+),/u.exec(text)?.[1];
  if (number === undefined) throw new Error(`An entry without a test value was stored: ${text}`);
  return Number(number);
}

/** Spoils a value that was handed out, as an application may by mistake; what is frozen stays. */
export function deface(value: TestValue): void {
  Reflect.set(value, "n", -1);
  Reflect.set(value.list, 0, "defaced");
  const deep = value.list[2];
  if (typeof deep === "object" && deep !== null) Reflect.set(deep, "deep", "defaced");
}
