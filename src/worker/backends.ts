/** The factories a plugin has offered and the backends opened from them. */
import { OPTIONAL_METHODS, REQUIRED_METHODS } from "../contract/backend-methods.js";
import type { EntryKey, StorageBackend } from "../contract/backend.js";
import type { Logger, StorageBackendFactory } from "../contract/context.js";
import { BackendOpening } from "./backend-opening.js";
import { checkInvalidation } from "./check-invalidation.js";
import type { Outcome } from "../contract/protocol.js";
import { toWireError } from "../contract/wire-error.js";
import { toStartError } from "./to-start-error.js";

export interface BackendsOptions {
  /** The plugin's key in the configuration. */
  readonly pluginName: string;
  readonly hostId: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly invalidate: (handle: number, keys: readonly EntryKey[] | "all") => void;
}

export class Backends {
  readonly #options: BackendsOptions;
  readonly #factories = new Map<string, StorageBackendFactory>();
  readonly #openings = new Map<number, BackendOpening>();
  /** Of those that are closed by themselves. */
  readonly #closings = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: BackendsOptions) {
    this.#options = options;
  }

  /** Keeps a factory under its id unless one is there; answers whether it was kept. The host decides on the rest. */
  offer(id: string, factory: StorageBackendFactory): boolean {
    if (this.#factories.has(id)) return false;
    this.#factories.set(id, factory);
    return true;
  }

  withdraw(id: string): void {
    this.#factories.delete(id);
  }

  /** The backend open under `handle`. */
  get(handle: number): StorageBackend | undefined {
    return this.#isClosed ? undefined : this.#openings.get(handle)?.backend;
  }

  /**
   * Opens a backend once per handle. An attempt that failed may be repeated, and one that does not come back as well:
   * what it waits for may be there by now. Answers the optional methods the backend has.
   */
  async open(handle: number, id: string, parameters: unknown): Promise<Outcome<readonly string[]>> {
    const opening =
      this.#openings.get(handle) ?? new BackendOpening(() => this.#create(handle, id, parameters));
    this.#openings.set(handle, opening);
    try {
      const backend = await opening.open();
      return { value: OPTIONAL_METHODS.filter((method) => typeof backend[method] === "function") };
    } catch (error) {
      return { error: toStartError(error, this.#options.pluginName) };
    }
  }

  /** Closes one backend, which is not there any more for calls that come later. */
  async closeOne(handle: number): Promise<Outcome<undefined>> {
    const opening = this.#openings.get(handle);
    this.#openings.delete(handle);
    if (opening === undefined) return { value: undefined };
    const closing = opening.close();
    this.#closings.add(closing);
    try {
      await closing;
      return { value: undefined };
    } catch (error) {
      return { error: toWireError(error) };
    } finally {
      this.#closings.delete(closing);
    }
  }

  /** Closes every backend; the first failure is the outcome. A backend still opening is closed once it is open. */
  async close(): Promise<Outcome<undefined>> {
    this.#isClosed = true;
    const closings = [...this.#openings.values()].map((opening) => opening.close());
    const results = await Promise.allSettled([...closings, ...this.#closings]);
    const failed = results.find((result) => result.status === "rejected");
    return failed === undefined ? { value: undefined } : { error: toWireError(failed.reason) };
  }

  async #create(handle: number, id: string, parameters: unknown): Promise<StorageBackend> {
    const factory = this.#factories.get(id);
    if (factory === undefined) throw new Error(`No storage backend "${id}" is registered`);
    const { hostId, logger, signal, invalidate } = this.#options;
    const backend: unknown = await factory(parameters, {
      hostId,
      logger: logger.child({ backend: id }),
      signal,
      invalidate: (keys) => invalidate(handle, checkInvalidation(keys)),
    });
    return checkBackend(id, backend);
  }
}

function checkBackend(id: string, backend: unknown): StorageBackend {
  if (typeof backend !== "object" || backend === null) {
    throw new TypeError(
      `Cannot open storage backend "${id}": expected its factory to return an object: received ${backend === null ? "null" : typeof backend}`,
    );
  }
  const candidate = backend as Record<string, unknown>;
  const missing = REQUIRED_METHODS.filter((method) => typeof candidate[method] !== "function");
  const wrong = OPTIONAL_METHODS.filter(
    (method) => candidate[method] !== undefined && typeof candidate[method] !== "function",
  );
  if (missing.length > 0 || wrong.length > 0) {
    const mistakes = [
      ...missing.map((method) => `method "${method}" is missing`),
      ...wrong.map((method) => `"${method}" is no function`),
    ];
    throw new TypeError(`Cannot open storage backend "${id}": ${mistakes.join(", ")}`);
  }
  return backend as StorageBackend; // its required methods have just been seen
}
