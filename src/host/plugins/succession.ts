/**
 * A planned change of lives: prepares a successor beside the life that serves, and has it prove itself. One at a time:
 * whoever asks for another, or steers the plugin otherwise, drops it.
 */
import type { PluginConfig } from "../config/config.js";
import type { LifeEnd } from "../life/life.js";
import type { BackendClient } from "./backend-client.js";
import { Candidate, prepareAll } from "./candidate.js";
import type { Lives } from "./lives.js";
import type { PluginLog } from "./plugin-log.js";
import type { PluginSession } from "./session.js";
import { notReplaced, superseded } from "./steering-errors.js";

export class Succession {
  readonly #lives: Lives;
  readonly #log: PluginLog;
  #candidate: Candidate | undefined;
  #hasEnded = false;
  /** How many successors have been asked for. */
  #asked = 0;
  /** Those that were asked for before this one are not wanted any more. */
  #void = 0;

  constructor(lives: Lives, log: PluginLog) {
    this.#lives = lives;
    this.#log = log;
  }

  /**
   * Begins a life with these settings, opens these backends in it, and has each prove that it serves.
   * @param settings May be on their way: who asked last wins, whichever settings come first. Rejects as they do.
   * @param startedAt When it was asked for, monotonic.
   * @throws {PluginLoadError} any of that failed; what it failed with is the cause.
   * @throws {PluginUnavailableError} it was dropped meanwhile.
   */
  async prepare(
    settings: PluginConfig | Promise<PluginConfig>,
    clients: () => readonly BackendClient[],
    startedAt: number,
  ): Promise<Candidate> {
    const order = (this.#asked += 1);
    const config = await settings;
    if (order < this.#void) throw superseded(config.name);
    this.#end();
    this.#void = order;
    let candidate: Candidate | undefined;
    try {
      candidate = new Candidate(this.#lives.begin(config), config, startedAt);
      this.#candidate = candidate;
      this.#hasEnded = false;
      await candidate.session.start();
      const [failure] = await prepareAll(candidate, clients());
      if (failure !== undefined) throw failure.error;
    } catch (error) {
      if (this.#candidate !== candidate) throw superseded(config.name);
      this.#end();
      // Of a plugin that has had no life nothing goes on.
      throw this.#lives.begun === 1 ? error : notReplaced(config.name, error);
    }
    if (this.#candidate !== candidate) throw superseded(config.name);
    return candidate;
  }

  /** Whether it may take over: it may not, where it was dropped or has ended since. */
  isReady(candidate: Candidate): boolean {
    return this.#candidate === candidate && !this.#hasEnded;
  }

  /** Whether it is the one that is wanted, ready or not. */
  isCurrent(candidate: Candidate): boolean {
    return this.#candidate === candidate;
  }

  /** It has taken over, and is no successor any more. */
  complete(): void {
    this.#candidate = undefined;
  }

  /** Ends the successor, if there is one; one that was asked for is not begun. */
  drop(): void {
    this.#void = this.#asked + 1;
    this.#end();
  }

  /** A life has ended against the plan; answers whether it was the successor. */
  ended(session: PluginSession, { kind, message, stack }: LifeEnd): boolean {
    if (this.#candidate?.session !== session) return false;
    this.#hasEnded = true;
    const life = this.#lives.numberOf(session);
    this.#log.write("warn", life, `Ended before it could take over (${kind}): ${message}`, { kind, stack });
    return true;
  }

  #end(): void {
    const candidate = this.#candidate;
    this.#candidate = undefined;
    if (candidate !== undefined) void this.#lives.end(candidate.session);
  }
}
