/** What a plugin's worker may call. Everything that arrives here is unchecked: the far side may be hostile. */
import type { Logger } from "pino";
import { PluginLoadError, StockpileError } from "../../contract/errors.js";
import type { PluginMetadata } from "../../contract/metadata.js";
import { BACKEND_ID } from "../../contract/protocol.js";
import type { HostApi, Outcome } from "../../contract/protocol.js";
import { toWireError } from "../../contract/wire-error.js";
import type { PluginConfig } from "../config/config.js";
import type { BackendRegistry } from "./backend-registry.js";
import { checkModule } from "./check-metadata.js";
import { readInvalidation } from "./read-invalidation.js";
import type { Invalidation } from "./read-invalidation.js";

export interface HostApiOptions {
  readonly config: PluginConfig;
  readonly logger: Logger;
  readonly registry: BackendRegistry;
  /** Ids this life has registered. */
  readonly registered: Set<string>;
  readonly onLoaded: (metadata: PluginMetadata) => void;
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

/** A null-prototype object, so that nothing but the named methods can be reached on it. */
export function createHostApi(options: HostApiOptions): HostApi {
  let isLoaded = false;
  let isStarted = false;
  const api: HostApi = {
    loaded(description) {
      if (isLoaded) options.onFault("it is loaded a second time");
      else {
        isLoaded = true;
        return loaded(options, description);
      }
      return DONE;
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
  { config, logger, onLoaded, onRefused }: HostApiOptions,
  description: unknown,
): Outcome<undefined> {
  try {
    const { metadata, warnings } = checkModule(description, config);
    const refusal = refuseNative(config, metadata);
    if (refusal !== undefined) throw refusal;
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

/** Ending a thread that holds a native addon can take the process with it, so that must be somebody's decision. */
function refuseNative(config: PluginConfig, metadata: PluginMetadata): PluginLoadError | undefined {
  if (metadata.native !== true || config.isolationIsExplicit) return undefined;
  return new PluginLoadError(
    `Cannot run plugin "${config.name}" from ${config.file}: it is native, and native plugins run in a thread only ` +
      `when told to: set "isolation": "thread" in plugins.${config.name} to accept that a fault in its addon ends the process`,
    { pluginName: config.name },
  );
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
