/** What a plugin's worker may call. Everything that arrives here is unchecked: the far side may be hostile. */
import type { Logger } from "pino";
import { PluginLoadError, StockpileError } from "../../contract/errors.js";
import type { PluginMetadata } from "../../contract/metadata.js";
import { BACKEND_ID } from "../../contract/protocol.js";
import type { HostApi, Outcome } from "../../contract/protocol.js";
import { toWireError } from "../../contract/wire-error.js";
import type { Isolation, PluginConfig } from "../config/config.js";
import type { BackendRegistry } from "./backend-registry.js";
import { checkModule } from "./check-metadata.js";
import { processMemoryError } from "./process-memory-error.js";
import { readInvalidation } from "./read-invalidation.js";
import type { Invalidation } from "./read-invalidation.js";

export interface HostApiOptions {
  readonly config: PluginConfig;
  readonly logger: Logger;
  readonly registry: BackendRegistry;
  /** Ids this life has registered. */
  readonly registered: Set<string>;
  readonly onLoaded: (metadata: PluginMetadata) => void;
  /** What carries this life now. */
  readonly isolation: () => Isolation;
  /** The module loads native addons, and nobody has said that it may do so in a thread: it is to be loaded elsewhere. */
  readonly onNative: () => void;
  /** The module may not be used. */
  readonly onRefused: (error: PluginLoadError) => void;
  readonly onStarted: (outcome: Outcome<undefined>) => void;
  /** Answers whether the lines were of the right form. */
  readonly onLog: (lines: unknown, dropped: unknown) => boolean;
  readonly onInvalidate: (handle: number, keys: Invalidation) => void;
  readonly onSettle: (frame: unknown) => void;
  /** Answers whether the address was expected, and is one. */
  readonly onInspectable: (url: unknown) => boolean;
  readonly onFault: (fault: string) => void;
}

/** The most ids one life may register: far beyond use, and a bound. */
const MAX_BACKENDS = 256;
const DONE: Outcome<undefined> = { value: undefined };
/** Ends the start where the plugin is now, before anything of it is called there. */
const MOVED: Outcome<undefined> = {
  error: { name: "Error", message: "It is native, and goes on in a process" },
};

/** A null-prototype object, so that nothing but the named methods can be reached on it. */
export function createHostApi(options: HostApiOptions): HostApi {
  let isLoaded = false;
  let isStarted = false;
  const api: HostApi = {
    loaded(description) {
      if (isLoaded) {
        options.onFault("it is loaded a second time");
        return DONE;
      }
      isLoaded = true;
      const outcome = loaded(options, description);
      if (outcome !== MOVED) return outcome;
      isLoaded = false;
      options.onNative();
      return outcome;
    },
    registerStorageBackend: (id) => register(options, id),
    started(outcome) {
      if (isStarted) options.onFault("it starts a second time");
      else if (typeof outcome !== "object" || outcome === null) options.onFault("its start has no outcome");
      else if (!isLoaded && !("error" in outcome)) options.onFault("it starts without being loaded");
      else {
        isStarted = true;
        options.onStarted(outcome);
      }
    },
    log(lines, dropped) {
      if (!options.onLog(lines, dropped)) options.onFault("its log lines have another form");
    },
    invalidate(handle, keys) {
      const invalidation = readInvalidation(keys);
      if (typeof handle === "number" && invalidation !== undefined)
        options.onInvalidate(handle, invalidation);
      else options.onFault("it invalidates what are no entries");
    },
    settle: (frame) => options.onSettle(frame),
    inspectable(url) {
      if (!options.onInspectable(url)) options.onFault("it offers an inspector that was not asked for");
    },
  };
  return Object.assign<HostApi, HostApi>(Object.create(null), api);
}

function loaded(
  { config, isolation, logger, onLoaded, onRefused }: HostApiOptions,
  description: unknown,
): Outcome<undefined> {
  try {
    const { metadata, warnings } = checkModule(description, config);
    const isMisplaced = metadata.native === true && isolation() === "thread" && !config.isolationIsExplicit;
    const tooLittle = isMisplaced ? processMemoryError(config) : undefined;
    if (tooLittle !== undefined) throw tooLittle;
    if (isMisplaced) return MOVED;
    for (const warning of warnings) logger.warn(warning);
    onLoaded(metadata);
    return DONE;
  } catch (error) {
    const refusal =
      error instanceof PluginLoadError ? error : new PluginLoadError(String(error), { cause: error });
    onRefused(refusal);
    return { error: toWireError(refusal) };
  }
}

function register(
  { config, registry, registered, onFault }: HostApiOptions,
  id: unknown,
): Outcome<undefined> {
  if (typeof id !== "string" || !BACKEND_ID.test(id) || registered.size >= MAX_BACKENDS) {
    onFault("it registers a storage backend under no valid id");
    return DONE;
  }
  try {
    registry.claim(id, config.name, registered);
    return DONE;
  } catch (error) {
    if (error instanceof StockpileError) return { error: toWireError(error) };
    throw error;
  }
}
