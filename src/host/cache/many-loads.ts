import { AsyncResource } from "node:async_hooks";
import { types } from "node:util";
import { traceLoader } from "../diagnostics/trace-loader.js";
import type { LoadContext, Loader, LoadManyContext, ManyLoader } from "./loader.js";
import { quoteKey } from "./quote-key.js";

/** One key of a call of a loader of several. */
interface Part<T> {
  readonly key: string;
  readonly context: LoadContext<T>;
  readonly resolve: (value: T | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Has several keys loaded in one call, though each of them is a load like any other: it can be joined, has its own
 * time limit, and fails by itself. Keys are collected until {@link run}.
 */
export class ManyLoads<T> {
  readonly #category: string;
  readonly #loadMany: ManyLoader<T>;
  /** Whoever asked for the keys: the last of them may be known to be missing by somebody else's read. */
  readonly #asker = new AsyncResource("StockpileLoad");
  #parts: Part<T>[] = [];
  #runListeners: (() => void)[] = [];

  constructor(category: string, loadMany: ManyLoader<T>) {
    this.#category = category;
    this.#loadMany = loadMany;
  }

  /** Loads one of the keys: settles after {@link run}. */
  readonly load: Loader<T> = (key, context) =>
    new Promise((resolve, reject) => {
      this.#parts.push({ key, context, resolve, reject });
    });

  /** Has `listener` called when what was collected is loaded: until then, no loader is waited for. */
  onRun(listener: () => void): void {
    this.#runListeners.push(listener);
  }

  /** Loads what was collected and has not been given up meanwhile, if anything. */
  run(): void {
    const parts = this.#parts.filter(({ context }) => !context.signal.aborted);
    this.#parts = [];
    if (parts.length === 0) return;
    const listeners = this.#runListeners;
    this.#runListeners = [];
    for (const listener of listeners) listener();
    void this.#asker.runInAsyncScope(() => settleAll(this.#category, this.#loadMany, parts));
  }
}

/** The loader of single keys that a loader of several amounts to. */
export function loaderOfOne<T>(category: string, loadMany: ManyLoader<T>): Loader<T> {
  return (key, context) => {
    const loads = new ManyLoads(category, loadMany);
    const value = loads.load(key, context);
    loads.run();
    return value;
  };
}

async function settleAll<T>(
  category: string,
  loadMany: ManyLoader<T>,
  parts: readonly Part<T>[],
): Promise<void> {
  try {
    const results = await callForAll(category, loadMany, parts);
    for (const [index, part] of parts.entries()) settle(part, results[index]);
  } catch (error) {
    for (const { reject } of parts) reject(error);
  }
}

/** @throws {TypeError} the loader did not answer one result for each key. */
async function callForAll<T>(
  category: string,
  loadMany: ManyLoader<T>,
  parts: readonly Part<T>[],
): Promise<readonly (T | Error | undefined)[]> {
  const keys = parts.map(({ key }) => key);
  const context = {
    signal: allOf(parts.map((part) => part.context.signal)),
    previous: previousOf(parts),
    fallbacks: new Set(parts.filter((part) => part.context.hasFallback).map(({ key }) => key)),
    setTtl: ttlSetter(parts),
  };
  const load = (): ReturnType<ManyLoader<T>> => loadMany(keys, context);
  const results: unknown = await traceLoader({ category, keys }, context.signal, load);
  if (!Array.isArray(results) || results.length !== parts.length) {
    const received = Array.isArray(results) ? `${results.length}` : typeof results;
    throw new TypeError(
      `Cannot use what loadMany answered: expected an array of ${parts.length}: received ${received}`,
    );
  }
  return results;
}

function settle<T>({ resolve, reject }: Part<T>, result: T | Error | undefined): void {
  if (isError(result)) reject(result);
  else resolve(result);
}

function previousOf<T>(parts: readonly Part<T>[]): ReadonlyMap<string, T> {
  const previous = new Map<string, T>();
  for (const { key, context } of parts)
    if (context.previous !== undefined) previous.set(key, context.previous);
  return previous;
}

/** A key that was given a `ttl` of its own keeps it, whatever all are given. */
function ttlSetter<T>(parts: readonly Part<T>[]): LoadManyContext<T>["setTtl"] {
  const withOwn = new Set<string>();
  return (ttl, key) => {
    if (key !== undefined && !parts.some((part) => part.key === key))
      throw new RangeError(
        `Cannot set ttl: expected one of the keys being loaded: received ${quoteKey(key)}`,
      );
    if (key !== undefined) withOwn.add(key);
    for (const part of parts) {
      if (key === undefined ? !withOwn.has(part.key) : part.key === key) part.context.setTtl(ttl);
    }
  };
}

/** A signal that aborts when all of `signals` have: as long as one key is waited for, the call is of use. */
function allOf(signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  let open = signals.length;
  for (const signal of signals) {
    signal.addEventListener(
      "abort",
      () => {
        open -= 1;
        if (open === 0) controller.abort(signal.reason);
      },
      { once: true },
    );
  }
  return controller.signal;
}

/** One of another realm, as of a test runner's, is as good. */
function isError(result: unknown): result is Error {
  return result instanceof Error || types.isNativeError(result);
}
