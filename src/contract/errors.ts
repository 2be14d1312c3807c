/** The errors a caller of Stockpile may meet. Codes are stable, messages are not. See docs/errors.md. */

export type StockpileErrorCode =
  | "STOCKPILE_CONFIG_INVALID"
  | "STOCKPILE_PLUGIN_LOAD"
  | "STOCKPILE_PLUGIN_UNAVAILABLE"
  | "STOCKPILE_BACKEND_TIMEOUT"
  | "STOCKPILE_BACKEND_OVERLOADED"
  | "STOCKPILE_BACKEND_FAILED"
  | "STOCKPILE_BACKEND_TAKEN"
  | "STOCKPILE_LOAD_FAILED"
  | "STOCKPILE_DEADLINE"
  | "STOCKPILE_UNSUPPORTED"
  | "STOCKPILE_CLOSED"
  | "STOCKPILE_KEY_INVALID"
  | "STOCKPILE_VALUE_INVALID"
  | "STOCKPILE_VALUE_TOO_LARGE"
  | "STOCKPILE_PROTOCOL";

/** What an error knows besides its message. */
export interface StockpileErrorDetails {
  readonly cause?: unknown;
  readonly pluginName?: string;
  readonly backendId?: string;
  readonly operation?: string;
  readonly elapsedMs?: number;
}

/** Recognises errors of another copy of this package or of another thread, where `instanceof` cannot. */
const BRAND: unique symbol = Symbol.for("stockpile.error") as never;

/** The base of every error Stockpile makes. */
export class StockpileError extends Error {
  readonly code: StockpileErrorCode;
  declare readonly pluginName?: string;
  declare readonly backendId?: string;
  declare readonly operation?: string;
  declare readonly elapsedMs?: number;

  constructor(code: StockpileErrorCode, message: string, details: StockpileErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    if (details.pluginName !== undefined) this.pluginName = details.pluginName;
    if (details.backendId !== undefined) this.backendId = details.backendId;
    if (details.operation !== undefined) this.operation = details.operation;
    if (details.elapsedMs !== undefined) this.elapsedMs = details.elapsedMs;
  }

  static {
    this.prototype.name = "StockpileError";
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }
}

/** True for an error made by any copy of Stockpile. */
export function isStockpileError(value: unknown): value is StockpileError {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** One mistake in a configuration. */
export interface ConfigIssue {
  /** Where, as in `plugins.redis.limits.call`; empty for the whole. */
  readonly path: string;
  /** What was expected and what was received. */
  readonly message: string;
}

/** The configuration is wrong; `issues` lists every mistake found. */
export class ConfigError extends StockpileError {
  declare readonly issues: readonly ConfigIssue[];

  constructor(source: string, issues: readonly ConfigIssue[]) {
    const lines = issues.map(({ path, message }) => `  ${path === "" ? "(whole)" : path}: ${message}`);
    const count = issues.length === 1 ? "1 mistake" : `${issues.length} mistakes`;
    super("STOCKPILE_CONFIG_INVALID", `Cannot use configuration ${source}: ${count}\n${lines.join("\n")}`);
    // The message lists them already: not to be printed twice.
    Object.defineProperty(this, "issues", { value: issues });
  }

  static {
    this.prototype.name = "ConfigError";
  }
}

/** A plugin could not be loaded, initialised or registered. */
export class PluginLoadError extends StockpileError {
  constructor(message: string, details?: StockpileErrorDetails) {
    super("STOCKPILE_PLUGIN_LOAD", message, details);
  }

  static {
    this.prototype.name = "PluginLoadError";
  }
}

/** The plugin is not serving: it is starting, restarting, quarantined or stopped, or its backend's breaker is open. */
export class PluginUnavailableError extends StockpileError {
  constructor(message: string, details?: StockpileErrorDetails) {
    super("STOCKPILE_PLUGIN_UNAVAILABLE", message, details);
  }

  static {
    this.prototype.name = "PluginUnavailableError";
  }
}

/** The backend did not answer within its deadline. A write may or may not have happened. */
export class BackendTimeoutError extends StockpileError {
  constructor(message: string, details?: StockpileErrorDetails) {
    super("STOCKPILE_BACKEND_TIMEOUT", message, details);
  }

  static {
    this.prototype.name = "BackendTimeoutError";
  }
}

/** Refused at once: too many calls or bytes are on their way to the plugin. Nothing was sent. */
export class BackendOverloadedError extends StockpileError {
  constructor(message: string, details?: StockpileErrorDetails) {
    super("STOCKPILE_BACKEND_OVERLOADED", message, details);
  }

  static {
    this.prototype.name = "BackendOverloadedError";
  }
}

/** The backend threw, rejected or answered nonsense; the plugin's own error is the `cause`. */
export class BackendError extends StockpileError {
  constructor(message: string, details?: StockpileErrorDetails) {
    super("STOCKPILE_BACKEND_FAILED", message, details);
  }

  static {
    this.prototype.name = "BackendError";
  }
}

/** The loader failed or was not back in time; its own error is the `cause`. */
export class LoadError extends StockpileError {
  constructor(message: string, details?: StockpileErrorDetails) {
    super("STOCKPILE_LOAD_FAILED", message, details);
  }

  static {
    this.prototype.name = "LoadError";
  }
}

/** The caller's own deadline passed. Work started for others goes on. */
export class DeadlineError extends StockpileError {
  constructor(message: string, details?: StockpileErrorDetails) {
    super("STOCKPILE_DEADLINE", message, details);
  }

  static {
    this.prototype.name = "DeadlineError";
  }
}

/** The backend does not offer this operation. */
export class UnsupportedError extends StockpileError {
  constructor(message: string, details?: StockpileErrorDetails) {
    super("STOCKPILE_UNSUPPORTED", message, details);
  }

  static {
    this.prototype.name = "UnsupportedError";
  }
}

/** The Stockpile is closed. */
export class ClosedError extends StockpileError {
  constructor(message: string, details?: StockpileErrorDetails) {
    super("STOCKPILE_CLOSED", message, details);
  }

  static {
    this.prototype.name = "ClosedError";
  }
}
