/**
 * What crosses between the host and a plugin's worker, beneath Comlink. docs/protocol.md describes every frame;
 * a change here without one there is not finished.
 */
import type { MessagePort } from "node:worker_threads";
import type { CallFrame, ReplyFrame } from "./call-frames.js";
import type { EntryKey } from "./backend.js";
import type { WireError } from "./wire-error.js";

/** Raised on any change of behaviour of the contract or the wire. Checked before a plugin's module is imported. */
export const PROTOCOL_VERSION = 1;

/** What a worker is told before anything else, whatever carries it. To a process it goes as the first frame. */
export interface LifeData {
  readonly protocol: number;
  /** The plugin's key in the configuration. */
  readonly name: string;
  /** `file:` URL of the module. */
  readonly url: string;
  /** Plain data: it has crossed by structured clone. */
  readonly options: unknown;
  readonly hostId: string;
  readonly life: number;
  /** Log lines below this pino level value are dropped at the source. */
  readonly logLevel: number;
  readonly maxValueBytes: number;
  /** What Node's permission model is to hold it to; absent where the model is off. */
  readonly confinement?: Confinement;
  /** Whether it is to open an inspector; absent where not. */
  readonly isInspected?: true;
}

/** What the flags of the permission model cannot say of one plugin; see `src/worker/confine.ts`. */
export interface Confinement {
  /** Whether it may read the working folder of the process. */
  readonly readsWorkingFolder: boolean;
  /** Whether it may start threads. The flags let a process do so in any case, for its watchdog. */
  readonly startsThreads: boolean;
}

/** What the permission model makes of a thread on the Node that runs, as tried out. */
export interface ThreadPermissions {
  /** Whether it holds a thread to anything. */
  readonly isEnforced: boolean;
  /** Whether a thread can be kept from the working folder of the process. */
  readonly hidesWorkingFolder: boolean;
}

/** Data handed to the one task of a thread; `port` is transferred. */
export interface BootData extends LifeData {
  readonly port: MessagePort;
  /** See `pulse.ts`. */
  readonly pulse: SharedArrayBuffer;
}

/** The last message of a process that exits by itself: beside Comlink's, and the only one of its kind. */
export interface EndingMessage {
  readonly type: "ENDING";
  /** Its exit code. */
  readonly code: number;
  /** What nobody caught, where that is why. */
  readonly error?: WireError;
}

/** The end of a request: a value or an error, as data. */
export type Outcome<T> = { readonly value: T } | { readonly error: WireError };

/** What a module exports, described as data for the host to judge. */
export interface ModuleDescription {
  /** Names of all exports, at most 64. */
  readonly exports: readonly string[];
  /** The `metadata` export where it can be cloned, else absent. */
  readonly metadata?: unknown;
  /** `typeof` of each required export, "undefined" where missing. */
  readonly types: { readonly metadata: string; readonly initializePlugin: string };
}

/** One line of a plugin's log. */
export interface LogLine {
  /** A pino level value: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
  readonly level: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly message: string;
  /** The line's fields as the JSON text of an object. */
  readonly fields?: string;
}

/** The worker's side: what the host may call. Methods answer errors as data and never throw. */
export interface WorkerApi {
  /**
   * Opens registered backend `id` under the number `handle`, which calls name it by. Asked again for a handle that
   * is open or opening, it answers the same. Resolves with the names of the optional methods the backend has.
   */
  openBackend(handle: number, id: string, parameters: unknown): Promise<Outcome<readonly string[]>>;
  /** Closes the backend that is open under that number; later calls of it fail. */
  closeBackend(handle: number): Promise<Outcome<undefined>>;
  /** Runs calls; answers those that end in this turn, the others follow by `settle`. */
  invoke(frame: CallFrame): Promise<ReplyFrame>;
  /** Aborts the plugin's signal and closes its backends; the worker's task ends thereafter. */
  stop(): Promise<Outcome<undefined>>;
}

/** The host's side: what the worker may call, and nothing else. Methods answer errors as data. */
export interface HostApi {
  /** The module has been imported; an error as outcome ends the start before anything of the plugin is called. */
  loaded(description: ModuleDescription): Outcome<undefined>;
  registerStorageBackend(id: string): Outcome<undefined>;
  /** `initializePlugin` has ended, well or not, or the module could not be imported. */
  started(outcome: Outcome<undefined>): void;
  /** Lines in order; `dropped` counts those a flood cost since the last frame. One frame is under way at a time. */
  log(lines: readonly LogLine[], dropped: number): void;
  invalidate(handle: number, keys: readonly EntryKey[] | "all"): void;
  /** Results that were not ready when `invoke` answered. */
  settle(frame: ReplyFrame): void;
  /**
   * The inspector that the worker was to open listens at this address; without one, its debuggers are to be cut off,
   * which an end of the worker's own would wait for.
   */
  inspectable(url?: string): void;
}

/** Names the guard admits towards the host. */
export const HOST_METHODS: ReadonlySet<string> = new Set<keyof HostApi>([
  "loaded",
  "registerStorageBackend",
  "started",
  "log",
  "invalidate",
  "settle",
  "inspectable",
]);

/** Keys one `invalidate` may name; a backend that knows of more says "all". */
export const MAX_INVALIDATED_KEYS = 10_000;

/** Bytes they may take, as `frame-limits.ts` counts them: 10,000 keys of the usual length several times over. */
export const MAX_INVALIDATED_BYTES = 2_000_000;

/** The form of a storage backend's id. */
export const BACKEND_ID: RegExp = /^[A-Za-z0-9._-]{1,64}$/;
