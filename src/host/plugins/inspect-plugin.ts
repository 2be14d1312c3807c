/** Loads a plugin's module in a thread of its own, or a process where it says that it is native, the way a life begins, and ends it before anything of it is called. */
import { expose, wrap } from "comlink";
import { PluginLoadError } from "../../contract/errors.js";
import type { PluginMetadata } from "../../contract/metadata.js";
import { PROTOCOL_VERSION } from "../../contract/protocol.js";
import type { HostApi, Outcome, WorkerApi } from "../../contract/protocol.js";
import { fromWireError } from "../../contract/wire-error.js";
import { systemClock } from "../clock.js";
import { checkProtocol } from "../config/check-protocol.js";
import type { Isolation } from "../config/config.js";
import { DEFAULT_MAX_VALUE_BYTES, DEFAULT_MEMORY_MB } from "../config/defaults.js";
import { resolveModule } from "../config/modules/resolve-module.js";
import { hostId } from "../host-id.js";
import type { LifeEnd } from "../life/life.js";
import { startLife } from "../life/start-life.js";
import { isLogFrame } from "../logs/log-frame.js";
import { checkModule } from "./check-metadata.js";
import { outcomeError } from "./outcome-error.js";

/** How {@link inspectPlugin} goes about it. */
export interface InspectPluginOptions {
  /** The plugin's name, for messages. */
  readonly name: string;
  /** How long the import may take, in ms. */
  readonly limitMs: number;
  /** Receives what the module prints while it is imported, line by line; unchecked text. */
  readonly onLine?: (line: string) => void;
  /** Its thread could not be ended and is left behind, stuck in the kernel: the process will not exit by itself. */
  readonly onAbandoned?: () => void;
}

/** What a plugin's module says of itself. */
export interface PluginInspection {
  /** Absolute path of its module: in a folder, what the package.json there names. */
  readonly file: string;
  readonly metadata: PluginMetadata;
  /** The version of the protocol it declares, if it does. */
  readonly protocol: number | undefined;
  /** What is worth a warning but no refusal. */
  readonly warnings: readonly string[];
}

/** How long its thread may take to end, in ms, before it is left behind: V8 needs a few. */
const TERMINATE_MS = 1000;
/** Every level: what a plugin prints is of interest here. */
const LOG_LEVEL = 10;
const DONE: Outcome<undefined> = { value: undefined };
/** Answered in place of a verdict: an error ends the start before `initializePlugin` is called. */
const ENOUGH: Outcome<undefined> = { error: { name: "Error", message: "It was only looked at" } };

/**
 * @param file absolute path of the module, or of a folder with a package.json that names it.
 * @throws {PluginLoadError} the module cannot be imported or not within the limit, ends its thread, speaks another
 *   protocol, or does not export what a plugin does. The `cause`, where there is one, has the module's own stack.
 */
export async function inspectPlugin(file: string, options: InspectPluginOptions): Promise<PluginInspection> {
  const { name, limitMs } = options;
  const { url, protocol, isNative, file: module } = await resolveModule(file, "/");
  const refusal = checkProtocol(name, file, protocol);
  if (refusal !== undefined) throw refusal;
  const end = await importOnce(url, isNative ? "process" : "thread", options);
  if ("description" in end)
    return { file: module, protocol, ...checkModule(end.description, { name, file }) };
  const why =
    end.message ??
    `expected its import to end within ${limitMs} ms: it blocks its thread, or awaits what does not come`;
  throw new PluginLoadError(`Cannot load plugin "${name}" from ${file}: ${why}`, {
    pluginName: name,
    ...(end.cause === undefined ? {} : { cause: end.cause }),
  });
}

/** How the import ended: with a description, in some other way, or, without a message, not at all. */
type ImportEnd =
  | { readonly description: unknown }
  | { readonly message: string | undefined; readonly cause?: unknown };

async function importOnce(
  url: string,
  isolation: Isolation,
  options: InspectPluginOptions,
): Promise<ImportEnd> {
  const { name, limitMs, onLine = ignore, onAbandoned = ignore } = options;
  let finish: (end: ImportEnd) => void = ignore;
  const finished = new Promise<ImportEnd>((resolve) => (finish = resolve));
  const life = startLife({
    boot: {
      protocol: PROTOCOL_VERSION,
      name,
      url,
      options: {},
      hostId,
      life: 1,
      logLevel: LOG_LEVEL,
      maxValueBytes: DEFAULT_MAX_VALUE_BYTES,
    },
    isolation,
    memoryMb: DEFAULT_MEMORY_MB,
    // As a plugin that is granted nothing: its import needs no more, or the host would find it failing.
    env: {},
    execArgv: [],
    onEnd: (end) => finish({ message: end.message, cause: causeOf(end) }),
    onOutput: (_stream, line) => onLine(line),
  });
  const worker = wrap<WorkerApi>(life.endpoint);
  // What the module printed comes before the answer to a stop, which an import that has ended gives at once.
  const finishLast = (end: ImportEnd): void => void worker.stop().then(() => finish(end), ignore);
  expose(hostApi(finishLast, onLine), life.endpoint);
  const cancel = systemClock.schedule(() => finish({ message: undefined }), limitMs);
  const end = await finished;
  cancel();
  if (!(await life.end(TERMINATE_MS, ignore))) onAbandoned();
  return end;
}

function hostApi(finish: (end: ImportEnd) => void, onLine: (line: string) => void): HostApi {
  let description: unknown;
  const api: HostApi = {
    loaded(found) {
      description = found;
      return ENOUGH;
    },
    started(outcome) {
      if (description !== undefined) return finish({ description });
      const error = outcomeError(outcome);
      if (error === undefined) return finish({ message: "it started without being loaded" });
      return finish({ message: `${error.name}: ${error.message}`, cause: fromWireError(error) });
    },
    log(lines, dropped) {
      if (isLogFrame(lines)) for (const { message } of lines) onLine(message);
      if (dropped > 0) onLine(`Lines of output dropped: ${dropped}`);
    },
    registerStorageBackend: () => DONE,
    invalidate: ignore,
    settle: ignore,
    inspectable: ignore,
  };
  return Object.assign<HostApi, HostApi>(Object.create(null), api);
}

function causeOf({ message, stack, cause }: LifeEnd): unknown {
  if (cause !== undefined || stack === undefined) return cause;
  return fromWireError({ name: "Error", message, stack });
}

function ignore(): void {
  // There is nothing to do.
}
