/**
 * One life of a plugin as the host leads it: start, calls, end.
 *
 * A session ends once. Whatever ends it (the plugin, its limits, a hand) passes through `#finish`, after which every
 * call of it has settled and nothing it sends is heard. What becomes of the plugin then is the supervisor's business.
 */
import type { Logger } from "pino";
import { PluginUnavailableError } from "../../contract/errors.js";
import type { StockpileError } from "../../contract/errors.js";
import type { PluginMetadata } from "../../contract/metadata.js";
import type { HostApi, Outcome, WorkerApi } from "../../contract/protocol.js";
import { Phase } from "../../contract/pulse.js";
import { CallChannel } from "../calls/call-channel.js";
import type { Mask } from "../calls/mask-error.js";
import type { LifeEnd } from "../life/life.js";
import { LifeInspector } from "../inspector/life-inspector.js";
import type { MovableLife } from "../life/movable-life.js";
import { logSafely } from "../logs/log-safely.js";
import { PluginLogSink } from "../logs/plugin-log-sink.js";
import { LifeChronicle } from "../reports/life-chronicle.js";
import { beginLife } from "./begin-life.js";
import { connectWorker } from "./connect-worker.js";
import { createHostApi } from "./host-api.js";
import { findSuspects } from "./find-suspects.js";
import { GONE } from "./gone-worker.js";
import { lifeError } from "./life-error.js";
import { maskEnd } from "./mask-end.js";
import { nameStuck } from "./name-stuck.js";
import { readOpened } from "./read-opened.js";
import type { SessionFigures, SessionOptions } from "./session-options.js";
import { startFailure } from "./start-failure.js";
import { unansweredError } from "./unanswered-error.js";
import { Watch } from "./watch.js";
import { whyNotClosed } from "./why-not-closed.js";
import { within } from "./within.js";

/** How long a thread or process that was ended may take to go, in ms, before it is abandoned: V8 needs a few. */
export const TERMINATE_MS = 1000;

export class PluginSession {
  readonly channel: CallChannel;
  readonly registered: Set<string> = new Set();
  metadata: PluginMetadata | undefined;
  readonly #options: SessionOptions;
  readonly #life: MovableLife;
  readonly #watch: Watch;
  readonly #sink: PluginLogSink;
  /** Where it is to be debugged. */
  readonly #inspector: LifeInspector | undefined;
  readonly #chronicle: LifeChronicle;
  readonly #logger: Logger;
  /** Hides the secrets of the configuration in what the plugin says. */
  readonly #mask: Mask;
  /** Held while the life lasts, for a collected proxy would release the endpoint, and no longer: see `#finish`. */
  #remote: WorkerApi;
  /** Rejects at the end of the life: what every question to the worker is raced with. */
  readonly #ended: Promise<never>;
  #announceEnd: (error: StockpileError) => void = () => undefined;
  #confirmStart: () => void = () => undefined;
  readonly #started: Promise<void>;
  #isFinished = false;
  /** Whether the plugin has confirmed its start. */
  #isServing = false;
  #isStartOver = false;
  /** When the start must be done, monotonic. */
  readonly #startBy: number;
  #gone: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    const { config, services } = options;
    const logger = services.logger.child({ plugin: config.name, life: options.life });
    this.#logger = logger;
    this.#mask = (text) => services.secrets.mask(text);
    this.#chronicle = new LifeChronicle({ ...services, ...options });
    this.#sink = new PluginLogSink({
      logger,
      mask: this.#mask,
      clock: services.clock,
      onLine: (line) => this.#chronicle.line(line),
    });
    const { inspectPort: port } = config;
    this.#inspector = port === undefined ? undefined : new LifeInspector({ port, logger });
    this.#startBy = services.clock.monotonic() + config.limits.startMs;
    this.#ended = new Promise((_resolve, reject) => (this.#announceEnd = reject));
    this.#ended.catch(() => undefined); // heard by whoever races with it
    this.#started = new Promise((resolve) => (this.#confirmStart = resolve));
    this.#life = beginLife(options, logger.levelVal, {
      onEnd: (end) => this.#fail(end),
      onOutput: (stream, line) => this.#output(stream, line),
      onAbandoned: options.onAbandoned,
    });
    this.#remote = connectWorker(this.#life.endpoint, this.#hostApi());
    this.channel = new CallChannel({
      pluginName: config.name,
      invoke: (frame) => this.#remote.invoke(frame),
      clock: services.clock,
      deadlines: services.deadlines,
      statistics: options.statistics,
      limits: config.limits,
      mask: this.#mask,
      onFault: (fault) => this.#fault(fault),
    });
    this.#watch = new Watch({
      life: this.#life,
      channel: this.channel,
      clock: services.clock,
      limits: config.limits,
      isInspected: config.inspectPort !== undefined,
      isServing: () => this.#isServing,
      onLook: () => this.#chronicle.look(this.figures(), this.channel.inFlight),
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
    const leftMs = Math.max(1, this.#startBy - this.#options.services.clock.monotonic());
    const limitMs = this.#isStartOver ? limits.startMs : leftMs;
    const answer = await this.#within(limitMs, this.#remote.openBackend(handle, id, parameters));
    return readOpened(answer, {
      pluginName: name,
      backendId: id,
      file: this.file,
      limitMs,
      mask: this.#mask,
    });
  }

  /** Closes a backend that nobody uses any more. Never rejects. */
  async closeBackend(handle: number): Promise<void> {
    // A life that ends meanwhile closes all of them.
    const closing = this.#within(this.#options.config.limits.stopMs, this.#remote.closeBackend(handle));
    await closing.then((outcome) => this.#judgeClose(outcome, "A backend"), ignore);
  }

  /** The start is over: what is opened from now on has a whole `limits.start` of its own. */
  endStart(): void {
    this.#isStartOver = true;
  }

  /** Ends the life in good order: lets calls finish, asks the plugin to stop, then ends its thread. Never rejects. */
  async stop(): Promise<void> {
    if (!this.#isFinished) {
      const { name, limits } = this.#options.config;
      const { clock } = this.#options.services;
      const stopBy = clock.monotonic() + limits.stopMs;
      try {
        await this.#within(Math.min(limits.callMs, limits.stopMs / 2), this.channel.idle());
        const outcome = await this.#within(Math.max(0, stopBy - clock.monotonic()), this.#remote.stop());
        this.#judgeClose(outcome, "The plugin");
      } catch {
        // The life has ended by itself meanwhile: whoever began it was told.
      }
      this.#finish(
        new PluginUnavailableError(`Plugin "${name}" was stopped or restarted`, { pluginName: name }),
      );
    }
    await this.#gone;
  }

  /** The plugin's module, for messages. */
  get file(): string {
    return this.#options.config.file;
  }

  /** Figures for health. */
  figures(): SessionFigures {
    const { memory, utilization, blockedMs } = this.#watch;
    const inspectorUrl = this.#inspector?.url;
    return {
      ...(inspectorUrl === undefined ? {} : { inspectorUrl }),
      eventLoop: { utilization, blockedMs },
      memory: { ...memory.latest, limitBytes: memory.limitBytes },
    };
  }

  #output(stream: "stdout" | "stderr", line: string): void {
    const text = this.#mask(line);
    this.#chronicle.output(stream, text);
    this.#logger[stream === "stderr" ? "error" : "info"]({ stream }, text);
  }

  #hostApi(): HostApi {
    const { config, services, onInvalidate } = this.#options;
    return createHostApi({
      config,
      isolation: () => this.#life.isolation,
      logger: this.#logger,
      registry: services.registry,
      registered: this.registered,
      onLoaded: (metadata) => (this.metadata = metadata),
      onNative: () => this.#moveToProcess(),
      onRefused: (error) => this.#fail({ kind: "load", message: error.message, cause: error }),
      onStarted: (outcome) => this.#onStarted(outcome),
      onLog: (lines, dropped) => this.#sink.accept(lines, dropped),
      onInvalidate,
      onSettle: (frame) => this.channel.settle(frame),
      onInspectable: (url) => this.#inspector?.offer(url) === true,
      onFault: (fault) => this.#fault(fault),
    });
  }

  /** What does not close as it should may have lost something: that is somebody's to know. */
  #judgeClose(outcome: Outcome<undefined> | undefined, who: string): void {
    const why = whyNotClosed(outcome, this.#options.config.limits.stopMs);
    if (why !== undefined) logSafely(() => this.#logger.warn(this.#mask(`${who} did not close: ${why}`)));
  }

  /** The module is native, and in a thread; its later lives have a process at once. */
  #moveToProcess(): void {
    const { config, services } = this.#options;
    services.natives.add(config.file);
    this.#inspector?.renew();
    logSafely(() => this.#logger.info("It is native, and begins anew in a process"));
    this.#life.moveToProcess();
  }

  #onStarted(outcome: Outcome<undefined>): void {
    const failure = startFailure(outcome, this.#stage());
    if (failure !== undefined) return this.#fail(failure);
    this.#isServing = true;
    this.#chronicle.ready();
    this.#confirmStart();
  }

  #stage(): string {
    const { phase } = this.#life.pulse;
    if (phase === Phase.boot) return `boot its ${this.#life.isolation}`;
    return phase === Phase.import
      ? `finish its import from ${this.file}`
      : `finish initializePlugin of ${this.file}`;
  }

  #fault(fault: string): void {
    this.#fail({ kind: "protocol", message: `The plugin broke the protocol: ${fault}` });
  }

  #fail(raw: LifeEnd): void {
    if (this.#isFinished) return;
    const { name } = this.#options.config;
    const { channel, metadata } = this;
    const { profile } = this.#watch;
    const end = maskEnd(nameStuck(raw, profile), this.#mask);
    const { pulse, isolation } = this.#life;
    const suspects = findSuspects(end, pulse, channel);
    // Before the calls under way are ended and forgotten.
    const figures = { ...this.figures(), isolation };
    const report = this.#chronicle.report({ ...figures, end, suspects, channel, metadata, profile });
    this.#finish(lifeError(end, name));
    this.#options.onEnd(report === undefined ? end : { ...end, report }, suspects);
  }

  #finish(error: StockpileError): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    // Comlink holds the endpoint of a proxy for as long as the proxy lives, and this endpoint leads back to here.
    this.#remote = GONE;
    this.#watch.stop();
    this.#sink.end();
    this.#inspector?.close();
    this.#announceEnd(error);
    this.channel.end(unansweredError(error, this.#options.config.name));
    this.#gone = this.#life.end(TERMINATE_MS);
  }

  /** The answer, or `undefined` when the limit came first. Rejects when the life ends first. */
  #within<T>(limitMs: number, answer: Promise<T>): Promise<T | undefined> {
    return within(this.#options.services.deadlines, limitMs, [answer, this.#ended]);
  }
}

function ignore(): void {}
