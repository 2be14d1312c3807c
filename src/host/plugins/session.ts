/**
 * One life of a plugin as the host leads it: start, calls, end.
 *
 * A session ends once. Whatever ends it (the plugin, its limits, a hand) passes through `#finish`, after which every
 * call of it has settled and nothing it sends is heard. What becomes of the plugin then is the supervisor's business.
 */
import { expose, wrap } from "comlink";
import type { Logger } from "pino";
import { operationName } from "../../contract/call-frames.js";
import { PluginLoadError, PluginUnavailableError } from "../../contract/errors.js";
import type { StockpileError } from "../../contract/errors.js";
import type { PluginMetadata } from "../../contract/metadata.js";
import { PROTOCOL_VERSION } from "../../contract/protocol.js";
import type { HostApi, Outcome, WorkerApi } from "../../contract/protocol.js";
import { Phase } from "../../contract/pulse.js";
import { fromWireError } from "../../contract/wire-error.js";
import { CallChannel } from "../calls/call-channel.js";
import type { Deadline } from "../calls/deadlines.js";
import type { Life, LifeEnd } from "../life/life.js";
import { PluginLogSink } from "../logs/plugin-log-sink.js";
import { createHostApi } from "./host-api.js";
import { findSuspects } from "./find-suspects.js";
import { lifeError } from "./life-error.js";
import { outcomeError } from "./outcome-error.js";
import type { SessionFigures, SessionOptions } from "./session-options.js";
import { Watch } from "./watch.js";

/** How long a thread that was told to terminate may take, in ms, before it is abandoned: V8 needs a few. */
export const TERMINATE_MS = 1000;

/** Errors whose message alone says too little, as in "Unexpected token". */
const LANGUAGE_ERROR = /^(Syntax|Type|Range|Reference)Error$/;
/** Names of optional methods a backend may answer with: above what the contract has. */
const MAX_METHODS = 32;
/** Stands for a worker that has ended: who asks it hears of that by another way. */
const GONE: WorkerApi = { openBackend: unanswered, invoke: unanswered, stop: unanswered };

export class PluginSession {
  readonly channel: CallChannel;
  readonly registered: Set<string> = new Set();
  metadata: PluginMetadata | undefined;
  readonly #options: SessionOptions;
  readonly #life: Life;
  readonly #watch: Watch;
  readonly #sink: PluginLogSink;
  /** Held while the life lasts, for a collected proxy would release the endpoint, and no longer: see `#finish`. */
  #remote: WorkerApi;
  /** Rejects at the end of the life: what every question to the worker is raced with. */
  readonly #ended: Promise<never>;
  #announceEnd: (error: StockpileError) => void = () => undefined;
  #confirmStart: () => void = () => undefined;
  readonly #started: Promise<void>;
  #isFinished = false;
  /** When the start must be done, monotonic. */
  readonly #startBy: number;
  #gone: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    const { config, services } = options;
    const logger = services.logger.child({ plugin: config.name, life: options.life });
    this.#sink = new PluginLogSink({
      logger,
      mask: (text) => services.secrets.mask(text),
      clock: services.clock,
    });
    this.#startBy = services.clock.monotonic() + config.limits.startMs;
    this.#ended = new Promise((_resolve, reject) => (this.#announceEnd = reject));
    this.#ended.catch(() => undefined); // heard by whoever races with it
    this.#started = new Promise((resolve) => (this.#confirmStart = resolve));
    this.#life = this.#begin(logger);
    const remote = wrap<WorkerApi>(this.#life.endpoint);
    this.#remote = { openBackend: remote.openBackend, invoke: remote.invoke, stop: remote.stop };
    this.channel = new CallChannel({
      pluginName: config.name,
      invoke: (frame) => this.#remote.invoke(frame),
      clock: services.clock,
      deadlines: services.deadlines,
      statistics: options.statistics,
      limits: config.limits,
      onFault: (fault) => this.#fault(fault),
    });
    expose(this.#hostApi(logger), this.#life.endpoint);
    this.#watch = new Watch({
      life: this.#life,
      channel: this.channel,
      clock: services.clock,
      limits: config.limits,
      onEnd: (end) => this.#fail(end),
    });
  }

  /**
   * Resolves once `initializePlugin` has.
   * @throws {PluginLoadError} the plugin failed to start, or not within `limits.start`.
   */
  async start(): Promise<void> {
    const { startMs } = this.#options.config.limits;
    const deadline = this.#options.services.deadlines.add(startMs, () =>
      this.#fail({
        kind: "start-timeout",
        message: `The plugin did not ${this.#stage()} within ${startMs} ms`,
      }),
    );
    try {
      await Promise.race([this.#started, this.#ended]);
    } finally {
      deadline.cancel();
    }
  }

  /**
   * Opens a backend; answers the optional methods it has.
   * @throws {PluginLoadError} the factory failed, or was not done within what is left of `limits.start`; one that is
   *   asked again later has all of it.
   */
  async openBackend(handle: number, id: string, parameters: unknown): Promise<readonly string[]> {
    const { name, limits } = this.#options.config;
    const leftMs = this.#startBy - this.#options.services.clock.monotonic();
    const limitMs = leftMs > 0 ? leftMs : limits.startMs;
    const answer = await this.#within(limitMs, this.#remote.openBackend(handle, id, parameters));
    const details = { pluginName: name, backendId: id, operation: "open" };
    const who = `Storage backend "${id}" of plugin "${name}", from ${this.file},`;
    if (answer === undefined) {
      throw new PluginLoadError(`${who} did not open within ${Math.round(limitMs)} ms`, details);
    }
    const error = outcomeError(answer);
    if (error !== undefined) {
      const cause = fromWireError(error);
      throw new PluginLoadError(`${who} did not open: ${error.message}`, { ...details, cause });
    }
    return namesOf(answer);
  }

  /** Ends the life in good order: lets calls finish, asks the plugin to stop, then ends its thread. Never rejects. */
  async stop(): Promise<void> {
    if (!this.#isFinished) {
      const { stopMs, callMs } = this.#options.config.limits;
      const { clock } = this.#options.services;
      const stopBy = clock.monotonic() + stopMs;
      try {
        await this.#within(Math.min(callMs, stopMs / 2), this.channel.idle());
        await this.#within(Math.max(0, stopBy - clock.monotonic()), this.#remote.stop());
      } catch {
        // The life has ended by itself meanwhile, and has been reported.
      }
      const { name } = this.#options.config;
      this.#finish(new PluginUnavailableError(`Plugin "${name}" was stopped`, { pluginName: name }));
    }
    await this.#gone;
  }

  /** The plugin's module, for messages. */
  get file(): string {
    return this.#options.config.file;
  }

  /** Figures for health. */
  figures(): SessionFigures {
    const { heapBytes, externalBytes } = this.#watch.memory.latest;
    return {
      eventLoop: { utilization: this.#watch.utilization, blockedMs: this.#watch.blockedMs },
      memory: { heapBytes, externalBytes, limitBytes: this.#watch.memory.limitBytes },
    };
  }

  #begin(logger: Logger): Life {
    const { config, services, life } = this.#options;
    return services.startLife({
      boot: {
        protocol: PROTOCOL_VERSION,
        name: config.name,
        url: config.url,
        options: config.options,
        hostId: services.hostId,
        life,
        logLevel: logger.levelVal,
        maxValueBytes: services.maxValueBytes,
      },
      memoryMb: config.limits.memoryMb,
      onEnd: (end) => this.#fail(end),
      onOutput: (stream, line) =>
        logger[stream === "stderr" ? "error" : "info"]({ stream }, services.secrets.mask(line)),
    });
  }

  #hostApi(logger: Logger): HostApi {
    const { config, services, onInvalidate } = this.#options;
    return createHostApi({
      config,
      logger,
      registry: services.registry,
      registered: this.registered,
      onLoaded: (metadata) => (this.metadata = metadata),
      onRefused: (error) => this.#fail({ kind: "load", message: error.message, cause: error }),
      onStarted: (outcome) => this.#onStarted(outcome),
      onLog: (lines, dropped) => this.#sink.accept(lines, dropped),
      onInvalidate,
      onSettle: (frame) => this.channel.settle(frame),
      onFault: (fault) => this.#fault(fault),
    });
  }

  #onStarted(outcome: Outcome<undefined>): void {
    const error = outcomeError(outcome);
    if (error === undefined) {
      this.#confirmStart();
      return;
    }
    const described = LANGUAGE_ERROR.test(error.name) ? `${error.name}: ${error.message}` : error.message;
    this.#fail({
      kind: "load",
      message: `The plugin failed to ${this.#stage()}: ${described}`,
      ...(error.stack === undefined ? {} : { stack: error.stack }),
      cause: fromWireError(error),
    });
  }

  #stage(): string {
    const { phase } = this.#life.pulse;
    if (phase === Phase.boot) return "boot its thread";
    return phase === Phase.import
      ? `finish its import from ${this.file}`
      : `finish initializePlugin of ${this.file}`;
  }

  #fault(fault: string): void {
    this.#fail({ kind: "protocol", message: `The plugin broke the protocol: ${fault}` });
  }

  #fail(end: LifeEnd): void {
    if (this.#isFinished) return;
    const { name } = this.#options.config;
    const suspects = findSuspects(end.kind, this.#life.pulse, this.channel);
    this.#finish(lifeError(end, name));
    this.#options.onEnd(end, suspects);
  }

  #finish(error: StockpileError): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    // Comlink holds the endpoint of a proxy for as long as the proxy lives, and this endpoint leads back to here.
    this.#remote = GONE;
    this.#watch.stop();
    this.#sink.end();
    this.#announceEnd(error);
    const pluginName = this.#options.config.name;
    this.channel.end(
      ({ request }) =>
        new PluginUnavailableError(
          `${error.message}, before it answered ${operationName(request.operation)}`,
          {
            cause: error,
            pluginName,
            backendId: request.observer.backendId,
            operation: operationName(request.operation),
          },
        ),
    );
    this.#gone = this.#endThread();
  }

  async #endThread(): Promise<void> {
    const { onAbandoned } = this.#options;
    const isGone = await this.#life.end(TERMINATE_MS, () => onAbandoned(-1));
    if (!isGone) onAbandoned(1);
  }

  /** The answer, or `undefined` when the limit came first. Rejects when the life ends first. */
  async #within<T>(limitMs: number, answer: Promise<T>): Promise<T | undefined> {
    const { deadlines } = this.#options.services;
    let deadline: Deadline | undefined;
    const limit = new Promise<undefined>((resolve) => {
      deadline = deadlines.add(limitMs, () => resolve(undefined));
    });
    try {
      return await Promise.race([answer, limit, this.#ended]);
    } finally {
      deadline?.cancel();
    }
  }
}

function unanswered(): Promise<never> {
  return new Promise(() => {});
}

/** The names in an answer that came over the port; its length is asked first: an array can be billions long. */
function namesOf(answer: unknown): string[] {
  const names: unknown = Reflect.get(Object(answer), "value");
  if (!Array.isArray(names) || names.length > MAX_METHODS) return [];
  return names.filter((name): name is string => typeof name === "string");
}
