/** What a plugin is handed: its context, its logger, and the factory it registers. */
import type { Awaitable, EntryKey, StorageBackend } from "./backend.js";

/** One log call, in pino's shapes: a message with `%s`-style arguments, or an object (or error) first. */
export interface LogMethod {
  (message: string, ...parameters: unknown[]): void;
  (fields: object, message?: string, ...parameters: unknown[]): void;
}

/** A plugin's logger. Lines arrive in the host's pino with plugin name, level and life. */
export interface Logger {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** A logger whose lines carry these fields besides. */
  child(bindings: Record<string, unknown>): Logger;
}

/** What `initializePlugin` receives. */
export interface PluginContext {
  /** The plugin's key in the configuration. */
  readonly name: string;
  /** Its `options` in the configuration; `{}` where there are none. */
  readonly options: unknown;
  readonly logger: Logger;
  /** Aborts when the plugin is to stop. */
  readonly signal: AbortSignal;
  /** Names the host process: the same for every life of every plugin in it. */
  readonly hostId: string;
  /** Which life of the plugin this is, from 1. */
  readonly life: number;
  /**
   * Offers a storage backend to the host.
   * @throws {StockpileError} `STOCKPILE_BACKEND_TAKEN`: the id is registered already, by this plugin or another.
   * @throws {TypeError} the id is not a string of 1 to 64 characters `[A-Za-z0-9._-]`, or the factory no function.
   */
  registerStorageBackend(id: string, factory: StorageBackendFactory): Promise<void>;
}

/** What a backend's factory receives besides its parameters. */
export interface BackendContext {
  readonly logger: Logger;
  /** Aborts when the backend is to stop. */
  readonly signal: AbortSignal;
  readonly hostId: string;
  /**
   * Tells the host that entries were changed by somebody else; more than 10,000 keys count as "all".
   * @throws {TypeError} it is neither "all" nor an array of keys.
   */
  invalidate(keys: readonly EntryKey[] | "all"): void;
}

/** Opens a backend: called once per distinct `parameters` in the configuration, in every life. */
export type StorageBackendFactory = (
  parameters: unknown,
  context: BackendContext,
) => Awaitable<StorageBackend>;
