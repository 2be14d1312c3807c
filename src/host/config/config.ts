/** A configuration that has been read and checked, with its defaults filled in. See docs/configuration.md. */
import type { SecretMask } from "./secret-mask.js";

/** What a plugin runs in. */
export type Isolation = "thread" | "process";

/** Whether `Stockpile.open` fails when the plugin's first start does. */
export type Startup = "optional" | "required";

export interface Config {
  /** For messages: the path as it was given, or `"object"`. */
  readonly source: string;
  /** Absolute. Relative paths in the configuration start here; options and parameters are handed over as they are. */
  readonly directory: string;
  /**
   * Everything to start, by name: the listed plugins, then those of the plugin directory, then the built-in ones that
   * a storage names.
   */
  readonly plugins: ReadonlyMap<string, PluginConfig>;
  /** Where categories are stored that name no storage of their own; the built-in `memory` by default. */
  readonly storage: StorageConfig;
  readonly categories: ReadonlyMap<string, CategoryConfig>;
  /** The near cache of categories that say nothing of theirs; `false`: none. */
  readonly near: NearLimits | false;
  readonly maxValueBytes: number;
  /** Where crash reports are written, and how many are kept; `undefined`: none are. */
  readonly crashReports: CrashReportLimits | undefined;
  /** The value of `server`: as the given schema made it, or as it stands where none was given. */
  readonly server: unknown;
  /** The value of `mojang`, in the same way. */
  readonly mojang: unknown;
  /** Hides what the environment put in. Everything of the configuration that is shown goes through it. */
  readonly secrets: SecretMask;
}

export interface CrashReportLimits {
  /** Absolute path of the folder. */
  readonly directory: string;
  /** Reports in it, of whatever host; the oldest go first. */
  readonly keep: number;
}

export interface PluginConfig {
  readonly name: string;
  /** What the module is looked for by: a package name, a path or a `file:` URL. */
  readonly specifier: string;
  /** `file:` URL of the module. */
  readonly url: string;
  /** Absolute path of the module, symbolic links resolved. */
  readonly file: string;
  /** The protocol version the plugin declares; `undefined` where it declares none, NaN where it is no whole number. */
  readonly protocol: number | undefined;
  /** Absolute paths of what its imports need, readable to it in any case. See `readablePaths`. */
  readonly readable: readonly string[];
  readonly isolation: Isolation;
  /** Whether the configuration says so, which outranks what the plugin says of itself. */
  readonly isolationIsExplicit: boolean;
  readonly startup: Startup;
  /** Whether a second life is kept ready, to take over when the first one fails. */
  readonly spare: boolean;
  /** JSON data; `{}` where there are none. */
  readonly options: unknown;
  readonly permissions: PluginPermissions;
  /** The port on which the plugin is to be debugged, 0 for any; `undefined`: it is not. */
  readonly inspectPort: number | undefined;
  readonly limits: PluginLimits;
  readonly restart: RestartLimits;
}

/** What a plugin may do besides computing: see docs/permissions.md. */
export interface PluginPermissions {
  /** Names of the environment variables that it sees. */
  readonly env: readonly string[];
  /** What Node's permission model lets it do; `undefined`: the model is off. */
  readonly grants: PermissionGrants | undefined;
}

/** What is not granted is denied. */
export interface PermissionGrants {
  /** Absolute paths of files, and of folders with all that is in them; `"*"`: everything. */
  readonly fsRead: readonly string[];
  /** As `fsRead`; what may be written may not be read for that. */
  readonly fsWrite: readonly string[];
  readonly childProcess: boolean;
  readonly worker: boolean;
  readonly addons: boolean;
  readonly wasi: boolean;
  readonly net: boolean;
}

export interface PluginLimits {
  /** From the start of a life until its plugin is ready. */
  readonly startMs: number;
  /** Until a call is answered. */
  readonly callMs: number;
  /** From the request to stop until the life is terminated. */
  readonly stopMs: number;
  /** How long the plugin's event loop may be blocked. */
  readonly hangMs: number;
  /** Heap and array buffers together, in a process all it holds, in MiB. */
  readonly memoryMb: number;
  readonly inFlightCalls: number;
  /** Bytes on their way to the plugin and expected back. */
  readonly inFlightBytes: number;
  /** Writes that wait for one backend of the plugin. */
  readonly queuedWrites: number;
  /** Bytes of the values they carry. */
  readonly queuedBytes: number;
}

/** What becomes of a value in the near cache when it is handed out: see docs/caching.md. */
export type NearValues = "freeze" | "clone" | "share";

/** The near cache of one category. */
export interface NearLimits {
  readonly entries: number;
  /** Bytes of encoded values, keys and an allowance for each entry. */
  readonly bytes: number;
  readonly values: NearValues;
}

export interface RestartLimits {
  /** Failures within the window after which the plugin is quarantined; 0: never. */
  readonly burst: number;
  readonly windowMs: number;
  /** The first delay before a restart; 0: none. */
  readonly backoffMs: number;
  /** The longest delay, and how often a quarantined plugin is tried. */
  readonly maxBackoffMs: number;
}

export interface StorageConfig {
  /** A key of {@link Config.plugins}. */
  readonly plugin: string;
  /** One of the plugin's backends; `undefined`: its only one. */
  readonly backend: string | undefined;
  /** JSON data; `{}` where there are none. */
  readonly parameters: unknown;
  /**
   * Tells parameters apart within this process without showing them: 8 hexadecimal digits of a salted hash of their
   * canonical JSON, or `"default"` where there are none.
   */
  readonly parametersKey: string;
}

/** What the configuration says of a category; what it leaves out is for the code to say. */
export interface CategoryConfig {
  readonly name: string;
  readonly ttlMs?: number;
  readonly graceMs?: number;
  readonly refreshAheadMs?: number;
  readonly negativeTtlMs?: number;
  readonly loadTimeoutMs?: number;
  readonly loadSoftTimeoutMs?: number;
  readonly onReadError?: "miss" | "throw";
  readonly onWriteError?: "queue" | "ignore" | "throw";
  /** What it leaves out is the top level's to say; `false`: no near cache. */
  readonly near?: Partial<NearLimits> | false;
  readonly storage?: StorageConfig;
}
