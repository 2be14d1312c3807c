/**
 * Has one life of a plugin serve after the other: begins them, hears of their ends, and decides with the restart policy
 * what comes next. At any time at most one session is current. Beside it a spare may wait, and a successor be prepared,
 * which serve nothing until they are. A replacement never waits for the thread it replaces.
 */
import type { PluginLoadError } from "../../contract/errors.js";
import type { PluginMetadata } from "../../contract/metadata.js";
import type { PendingCall } from "../calls/call.js";
import type { Cancel } from "../clock.js";
import type { PluginConfig } from "../config/config.js";
import type { LifeEnd } from "../life/life.js";
import type { BackendClient } from "./backend-client.js";
import { BackendClients } from "./backend-clients.js";
import type { Candidate } from "./candidate.js";
import { FailureRecord } from "./failure-record.js";
import type { LeaderOptions } from "./leader-options.js";
import { liveLimits } from "./live-limits.js";
import { Lives } from "./lives.js";
import { describeFailure } from "./plugin-failure.js";
import type { OpenedBackend } from "./opened-backend.js";
import { PluginLog } from "./plugin-log.js";
import type { Invalidation } from "./read-invalidation.js";
import type { PluginSession } from "./session.js";
import { AFTER_TAKEOVER_MS, Spare } from "./spare.js";
import { endedEarly, superseded } from "./steering-errors.js";
import { Succession } from "./succession.js";
import { whyDegraded } from "./why-degraded.js";

export class Leader {
  readonly clients: BackendClients;
  readonly lives: Lives;
  readonly spare: Spare;
  readonly succession: Succession;
  readonly record: FailureRecord;
  /** Lives that took the place of one before, whether that had failed or a hand asked for it. */
  restarts = 0;
  readonly #options: LeaderOptions;
  readonly #log: PluginLog;
  #config: PluginConfig;
  #session: PluginSession | undefined;
  #metadata: PluginMetadata | undefined;
  /** Monotonic; set while the current life is ready. */
  #readyAt: number | undefined;
  /** Raised whenever a hand lets the current life go: who began before that is no longer wanted. */
  #turn = 0;
  #cancelRestart: Cancel | undefined;
  /** The way of the current life to where it is ready. */
  #beginning: Promise<void> = Promise.resolve();

  constructor(options: LeaderOptions) {
    const { config, services, status, statistics, onQueue } = options;
    this.#options = options;
    this.#config = config;
    this.#log = new PluginLog(config.name, services);
    this.record = new FailureRecord(config.restart, services.clock);
    this.lives = new Lives({
      services,
      statistics,
      log: this.#log,
      onInvalidate: (handle, keys) => this.#invalidate(handle, keys),
      onEnd: (session, end, suspects) => this.#ended(session, end, suspects),
    });
    this.clients = new BackendClients({
      limits: liveLimits(() => this.#config.limits),
      clock: services.clock,
      poison: this.record.poison,
      describeState: () => status.describe(),
      onBreaker: () => this.#reconsider(),
      onOpenFailure: ({ message, backendId: backend }) =>
        this.#log.write("warn", this.lives.numberOf(this.#session), message, { backend }),
      ...(onQueue === undefined ? {} : { onQueue }),
    });
    this.spare = new Spare({
      clock: services.clock,
      lives: this.lives,
      log: this.#log,
      config: () => this.#config,
      clients: () => this.clients.all,
      onReady: () => this.#spareReady(),
    });
    this.succession = new Succession(this.lives, this.#log);
  }

  get config(): PluginConfig {
    return this.#config;
  }

  /** The current life, where there is one. */
  get session(): PluginSession | undefined {
    return this.#session;
  }

  /** What the module said of itself when it was last loaded. */
  get metadata(): PluginMetadata | undefined {
    return this.#metadata;
  }

  /** Changes whenever a hand has let the current life go. */
  get turn(): number {
    return this.#turn;
  }

  /** Takes settings that ask for no new life; later lives are begun with them. */
  configure(config: PluginConfig): void {
    this.#config = config;
    this.record.limits = config.restart;
    this.spare.limits = config.restart;
    this.#keepSpare(0);
  }

  /** Settles as the way of the current life to where it is ready does. */
  get beginning(): Promise<void> {
    return this.#beginning;
  }

  /**
   * Leads another life to where it is ready.
   * @throws {PluginLoadError | PluginUnavailableError} it failed, or was let go of.
   */
  begin(): Promise<void> {
    this.#beginning = this.#lead();
    return this.#beginning;
  }

  /**
   * Ends the current life, if there is one, in good order, with all that is beside it.
   * @param isPatient Whether its calls are given all of their time.
   */
  letGo(isPatient: boolean = false): Promise<void> {
    this.#turn += 1;
    this.#cancelRestart?.();
    this.#cancelRestart = undefined;
    this.spare.end();
    this.succession.drop();
    const session = this.#session;
    this.#detach();
    if (session === undefined) return Promise.resolve();
    return isPatient ? this.lives.retire(session, this.#config.limits.callMs) : this.lives.end(session);
  }

  /**
   * Has a successor serve from now on, with its settings for all later lives. The old life ends once its calls have.
   * @param clients The backends of the plugin from now on.
   */
  replace(candidate: Candidate, clients: readonly BackendClient[]): void {
    const former = this.#session;
    const { callMs } = this.#config.limits;
    this.#turn += 1;
    this.succession.complete();
    this.spare.end();
    this.record.forgive();
    // The first life of a plugin takes nobody's place.
    if (this.lives.begun > 1) this.restarts += 1;
    this.clients.keep(clients);
    this.#takeOver(candidate, true);
    this.configure(candidate.config);
    if (former !== undefined) void this.lives.retire(former, callMs);
  }

  async #lead(): Promise<void> {
    const turn = this.#turn;
    const session = this.#openSession();
    this.#session = session;
    const mustLead = (): void => {
      if (turn !== this.#turn) throw superseded(this.#config.name);
      if (this.#session !== session) throw endedEarly(this.#config.name, this.#options.status.describe());
    };
    await session.start();
    // A plugin that is told to stop may end its start by that: another may serve by then, and keeps its backends.
    mustLead();
    this.#metadata = session.metadata;
    await this.clients.attach(session);
    mustLead();
    session.endStart();
    this.#serve(session);
    this.#keepSpare(0);
  }

  /**
   * The plugin has these backends from now on, in the life it has.
   * @param opened New ones that are open in a life already.
   */
  keep(clients: readonly BackendClient[], opened: ReadonlyMap<BackendClient, OpenedBackend>): void {
    const session = this.#session;
    const gone = this.clients.keep(clients, session, opened);
    if (session !== undefined) {
      for (const { handle } of gone) this.lives.closeBackend(session, handle, this.#config.limits.callMs);
    }
    // A spare has the backends of before.
    this.spare.end();
    this.#keepSpare(0);
    this.#reconsider();
  }

  /** The session of another life. One that cannot even be begun is a failed life like any other. */
  #openSession(): PluginSession {
    try {
      return this.lives.begin(this.#config);
    } catch (cause) {
      this.#failed({ kind: "load", message: (cause as PluginLoadError).message, cause }, []);
      throw cause;
    }
  }

  /** A life that was prepared beside another is the current one from now on. */
  #takeOver(candidate: Candidate, isProven: boolean): void {
    const { session } = candidate;
    this.#cancelRestart?.();
    this.#cancelRestart = undefined;
    this.#session = session;
    this.#metadata = session.metadata;
    this.#readyAt = undefined;
    this.#beginning = Promise.resolve();
    candidate.takeOver(this.clients.all, isProven);
    this.#serve(session);
  }

  #serve(session: PluginSession): void {
    const { clock, registry } = this.#options.services;
    registry.confirm(session.registered);
    this.#readyAt = clock.monotonic();
    this.#reconsider();
  }

  #keepSpare(delayMs: number): void {
    if (!this.#config.spare) this.spare.end();
    else if (this.#readyAt !== undefined) this.spare.keep(delayMs);
  }

  #promote(spare: Candidate, nextSpareMs: number): void {
    this.restarts += 1;
    this.#takeOver(spare, false);
    this.#keepSpare(Math.max(nextSpareMs, AFTER_TAKEOVER_MS));
  }

  /** One that was on its way when the current life failed is there before another life would be begun. */
  #spareReady(): void {
    if (this.#cancelRestart === undefined || this.#options.status.state !== "restarting") return;
    const spare = this.spare.take();
    if (spare !== undefined) this.#promote(spare, this.#config.restart.backoffMs);
  }

  /** A spare's word counts as well: at worst something is read once more. */
  #invalidate(handle: number, keys: Invalidation): void {
    const client = this.clients.under(handle);
    if (client !== undefined) this.#options.onInvalidate(client, keys);
  }

  #ended(session: PluginSession, end: LifeEnd, suspects: readonly PendingCall[]): void {
    if (this.#session === session) return this.#failed(end, suspects);
    if (this.spare.ended(session, end, suspects) || this.succession.ended(session, end)) return;
    const message = `Ended while it was being stopped (${end.kind}): ${end.message}`;
    this.#log.write("warn", this.lives.numberOf(session), message, { report: end.report });
  }

  /** The current life has failed: whether and when another follows. */
  #failed(end: LifeEnd, suspects: readonly PendingCall[]): void {
    const { status, services } = this.#options;
    const failure = describeFailure(end, suspects, services.clock.now(), this.#log.mask);
    const life = this.lives.numberOf(this.#session);
    status.lastFailure = failure;
    const readyMs = this.#readyAt === undefined ? 0 : services.clock.monotonic() - this.#readyAt;
    const { isQuarantined, delayMs } = this.record.failed(end.kind, readyMs, suspects);
    this.#detach();
    if (isQuarantined) this.spare.end();
    const spare = this.spare.take();
    if (spare === undefined) this.#cancelRestart = services.clock.schedule(() => this.#beginAgain(), delayMs);
    const { message, kind, call, stuckIn, stack, report } = failure;
    this.#log.write("error", life, message, { kind, call, stuckIn, stack, report });
    const turn = this.#turn;
    status.become(isQuarantined ? "quarantined" : "restarting", { failure });
    if (spare === undefined) return;
    // Whoever heard of that may have stopped, restarted or closed the plugin at once.
    if (turn === this.#turn) this.#promote(spare, delayMs);
    else void this.lives.end(spare.session);
  }

  #beginAgain(): void {
    this.#cancelRestart = undefined;
    this.restarts += 1;
    // One that is still on its way has taken longer than it should.
    this.spare.end();
    // Its failure has been dealt with in #failed by the time it rejects.
    this.begin().catch(() => undefined);
  }

  #detach(): void {
    this.#session = undefined;
    this.#readyAt = undefined;
    this.clients.detach();
  }

  /** Takes the state that a ready plugin's breakers make of it. */
  #reconsider(): void {
    if (this.#readyAt === undefined) return;
    const why = whyDegraded(this.clients.all);
    if (why === undefined) this.#options.status.become("ready");
    else this.#options.status.become("degraded", { reason: this.#log.mask(why) });
  }
}
