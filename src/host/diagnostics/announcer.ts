import type { Logger } from "pino";
import type { QuietFailure } from "../cache/quiet-failure.js";
import { nameBackend } from "../calls/name-backend.js";
import type { Clock } from "../clock.js";
import { describeValue } from "../config/describe-value.js";
import { Listeners } from "../listeners.js";
import { logSafely } from "../logs/log-safely.js";
import type { PluginEvent, PluginState, ReloadEvent } from "../plugins/plugin-health.js";
import type { QueueEvent, StockpileEvents } from "./events.js";
import { stateChannels } from "./state-channels.js";

/** By name, a function each listener is kept for. */
type EventListeners = { readonly [Name in keyof StockpileEvents]: Listeners<StockpileEvents[Name]> };

/** A plugin in one of these serves less than it should. */
const TROUBLED: ReadonlySet<PluginState> = new Set(["degraded", "restarting", "quarantined"]);

/**
 * Tells what happens: the log, then whoever listens to this Stockpile, then the subscribers of the process's channels.
 *
 * Plugins can bear whatever a listener does. Queues and failures are seen in the midst of reads and writes, so that is
 * told once those are through with the matter: a listener may use the cache.
 */
export class Announcer {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #listeners: EventListeners;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
    this.#listeners = {
      plugin: this.#listenersOf("plugin"),
      reload: this.#listenersOf("reload"),
      queue: this.#listenersOf("queue"),
      failure: this.#listenersOf("failure"),
    };
  }

  /**
   * Adds a listener; the function returned takes it off again.
   * @throws {TypeError} there is no such event, or it is no function.
   */
  on<Name extends keyof StockpileEvents>(
    event: Name,
    listener: (event: StockpileEvents[Name]) => void,
  ): () => void {
    if (!Object.hasOwn(this.#listeners, event))
      throw new TypeError(
        `Cannot listen: expected "plugin", "reload", "queue" or "failure": received ${describeValue(event)}`,
      );
    if (typeof listener !== "function")
      throw new TypeError(`Cannot listen: expected a function: received ${describeValue(listener)}`);
    const listeners: Listeners<StockpileEvents[Name]> = this.#listeners[event];
    return listeners.add(listener);
  }

  plugin(event: PluginEvent): void {
    logSafely(() => this.#logPlugin(event));
    this.#listeners.plugin.emit(event);
    stateChannels.plugin.publish(event);
  }

  reload(event: ReloadEvent): void {
    logSafely(() => this.#logReload(event));
    this.#listeners.reload.emit(event);
    stateChannels.reload.publish(event);
  }

  /** Once for each outage: not for each write. */
  queue(event: QueueEvent): void {
    logSafely(() => this.#logQueue(event));
    queueMicrotask(() => {
      this.#listeners.queue.emit(event);
      stateChannels.queue.publish(event);
    });
  }

  /** With a backend that is down, at every get: it costs next to nothing where nobody wants to know. */
  failure(failure: QuietFailure): void {
    const { operation, category, error } = failure;
    logSafely(() =>
      this.#logger.debug({ category, operation, err: error }, "The cache went on without its backend"),
    );
    if (this.#listeners.failure.isEmpty && !stateChannels.failure.hasSubscribers) return;
    const event = { ...failure, at: this.#clock.now() };
    queueMicrotask(() => {
      this.#listeners.failure.emit(event);
      stateChannels.failure.publish(event);
    });
  }

  /** Listeners are told nothing any more. */
  close(): void {
    for (const listeners of Object.values(this.#listeners)) listeners.clear();
  }

  #listenersOf<Name extends keyof StockpileEvents>(event: Name): Listeners<StockpileEvents[Name]> {
    return new Listeners((error) =>
      logSafely(() => this.#logger.error({ err: error }, `A listener of ${event} events failed`)),
    );
  }

  #logPlugin({ plugin, previous, state, failure, reason }: PluginEvent): void {
    const why = failure?.message ?? reason;
    const line = `Plugin "${plugin}" is ${state}${why === undefined ? "" : `: ${why}`}`;
    this.#logger[TROUBLED.has(state) ? "warn" : "info"]({ plugin, previous, state }, line);
  }

  #logReload({ plugin, isDone, elapsedMs, reason }: ReloadEvent): void {
    const fields = { plugin, elapsedMs };
    if (isDone) this.#logger.info(fields, `A new life of plugin "${plugin}" has taken over`);
    else this.#logger.warn(fields, `A new life of plugin "${plugin}" has not taken over: ${reason}`);
  }

  #logQueue({ plugin, backend, state, queuedWrites, queuedBytes }: QueueEvent): void {
    const who = nameBackend({ pluginName: plugin, backendId: backend });
    const fields = { plugin, backend, queuedWrites, queuedBytes };
    if (state === "idle") this.#logger.info(fields, `The writes that waited for ${who} are done`);
    else if (state === "queuing")
      this.#logger.warn(fields, `Writes wait for ${who}, which does not take them`);
    else this.#logger.warn(fields, `No more writes can wait for ${who}: they are refused`);
  }
}
