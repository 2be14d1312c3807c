/**
 * Begins the lives of one plugin, numbers them, and sees each to the end of its thread, whatever part it plays.
 * Which of them serves is the supervisor's business.
 */
import type { CallStatistics } from "../calls/call-statistics.js";
import type { PendingCall } from "../calls/call.js";
import { checkProtocol } from "../config/check-protocol.js";
import type { Isolation, PluginConfig } from "../config/config.js";
import type { LifeEnd } from "../life/life.js";
import type { Abandoned } from "./abandoned.js";
import { Endings } from "./endings.js";
import type { HostServices } from "./host-services.js";
import type { PluginLog } from "./plugin-log.js";
import type { Invalidation } from "./read-invalidation.js";
import { processMemoryError } from "./process-memory-error.js";
import { PluginSession } from "./session.js";
import { toLoadError } from "./to-load-error.js";
import { within } from "./within.js";

export interface LivesOptions {
  readonly services: HostServices;
  readonly statistics: CallStatistics;
  readonly log: PluginLog;
  /** The backend open under that number reports entries that somebody else has changed. */
  readonly onInvalidate: (handle: number, keys: Invalidation) => void;
  /** A life has ended against the plan. Its thread is seen to. */
  readonly onEnd: (session: PluginSession, end: LifeEnd, suspects: readonly PendingCall[]) => void;
}

export class Lives {
  readonly #options: LivesOptions;
  readonly #numbers = new WeakMap<PluginSession, number>();
  /** Endings under way, so that `close` can wait for all of them. */
  readonly #endings = new Endings();
  readonly #closing = makeSignal();
  #begun = 0;
  readonly #abandoned = { thread: 0, process: 0 };

  constructor(options: LivesOptions) {
    this.#options = options;
  }

  /** How many were begun. */
  get begun(): number {
    return this.#begun;
  }

  /** What could not be ended and is still there. */
  get abandoned(): Abandoned {
    return { ...this.#abandoned };
  }

  /** Which life of the plugin it is, from 1; where there is none, the one that was begun last. */
  numberOf(session: PluginSession | undefined): number {
    return (session === undefined ? undefined : this.#numbers.get(session)) ?? this.#begun;
  }

  /**
   * Begins another life.
   * @throws {PluginLoadError} the plugin is of another protocol, or native and allowed less memory than a process takes,
   *   or the system has no thread or process to give.
   */
  begin(config: PluginConfig): PluginSession {
    this.#begun += 1;
    try {
      const mismatch = checkProtocol(config.name, config.file, config.protocol);
      if (mismatch !== undefined) throw mismatch;
      // Its configuration was checked before it was known that it is native.
      const isProcess = this.#options.services.natives.isolationOf(config) === "process";
      const tooLittle = isProcess ? processMemoryError(config) : undefined;
      if (tooLittle !== undefined) throw tooLittle;
      return this.#createSession(config, this.#begun);
    } catch (cause) {
      throw toLoadError(config.name, cause);
    }
  }

  /** Ends a life in good order; resolves when its thread has ended or been given up. Never rejects. */
  end(session: PluginSession): Promise<void> {
    this.#options.services.registry.release(session.registered);
    return this.#endings.track(session.stop());
  }

  /** As {@link end}, of a life that another has taken over from: calls under way are first given all of their time. */
  retire(session: PluginSession, callMs: number): Promise<void> {
    const { deadlines } = this.#options.services;
    const idle = within(deadlines, callMs, [session.channel.idle(), this.#closing.promise]);
    return this.#endings.track(idle.then(() => this.end(session)));
  }

  /** Closes a backend that nobody sends anything to any more, once its calls have ended. */
  closeBackend(session: PluginSession, handle: number, callMs: number): void {
    const { deadlines } = this.#options.services;
    const idle = within(deadlines, callMs, [session.channel.idle(), this.#closing.promise]);
    void this.#endings.track(idle.then(() => session.closeBackend(handle)));
  }

  /** Whoever retires hurries. Resolves when all that are ending have ended. */
  async close(): Promise<void> {
    this.#closing.resolve();
    await this.#endings.all();
  }

  #createSession(config: PluginConfig, life: number): PluginSession {
    const { services, statistics, onInvalidate, onEnd } = this.#options;
    const session: PluginSession = new PluginSession({
      config,
      life,
      services,
      statistics,
      onInvalidate,
      onEnd: (end, suspects) => {
        services.registry.release(session.registered);
        onEnd(session, end, suspects);
        void this.end(session);
      },
      onAbandoned: (carrier, change) => this.#countAbandoned(carrier, change, life),
    });
    this.#numbers.set(session, life);
    return session;
  }

  #countAbandoned(carrier: Isolation, change: 1 | -1, life: number): void {
    const { log } = this.#options;
    this.#abandoned[carrier] += change;
    if (change === 1) log.write("error", life, `Abandoned a ${carrier} that cannot be ended`);
    else log.write("info", life, `An abandoned ${carrier} has ended after all`);
  }
}

/** A promise that is resolved once, by hand. */
function makeSignal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
