/** One host of Mojang's: what may be sent to it, when it is asked again, and when it is left alone. */
import { setMaxListeners } from "node:events";
import type { Logger } from "pino";

import type { Clock } from "../../host/main.js";
import { Budget } from "./budget.js";
import type { BudgetLimits } from "./budget.js";
import { Pause } from "./pause.js";
import type { Priority } from "./priority.js";
import { refusalOf } from "./refusal-of.js";
import { sendRequest } from "./send-request.js";
import type { UpstreamResponse } from "./send-request.js";
import { Turns } from "./turns.js";
import { UpstreamError } from "./upstream-error.js";
import { wait } from "./wait.js";

/** What {@link UpstreamHost} works with. Durations in ms. */
export interface UpstreamHostOptions {
  /** As in the configuration: `services` or `sessions`. */
  readonly name: string;
  /** Paths are put behind its own. */
  readonly baseUrl: string;
  readonly limits: BudgetLimits;
  readonly attemptTimeoutMs: number;
  /** For all attempts of a request together. */
  readonly deadlineMs: number;
  /** How often a request is repeated that has failed. */
  readonly retries: number;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** What is asked for. */
export interface UpstreamRequest {
  readonly path: string;
  readonly priority: Priority;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON, with POST; without it the request is a GET. */
  readonly body?: unknown;
  /** By when it must be answered, on the monotonic clock; default: `deadlineMs` from now. */
  readonly endMs?: number;
}

/** How a host is doing. */
export interface HostBudget {
  readonly host: string;
  readonly baseUrl: string;
  /** Requests that can be sent at once when none has been for a while. */
  readonly capacity: number;
  /** Of them, how many are left; below 0 where logins have taken more. */
  readonly left: number;
  /** Requests sent, attempts counted one by one. */
  readonly sent: number;
  /** Requests that were not sent, for want of budget or during a pause; of a list that waits, each time. */
  readonly refused: number;
  /** Attempts that have failed. */
  readonly failed: number;
  /** In how many ms the host is asked again; 0: it is not left alone. */
  readonly pausedMs: number;
}

/** Before the first repetition, doubled for each further one; half of it is random. */
const BACKOFF_MS = 100;
/** An attempt with less time than this is not worth its token. */
const MIN_ATTEMPT_MS = 100;
/** When to ask again while a request is on its way that shows whether a trouble is over. */
const PROBE_WAIT_MS = 1_000;
/** Requests under way at a time: more of them are no faster, and look like an attack. */
const MAX_UNDER_WAY = 32;
/** Logins beside them, which wait for nobody else: as many as a large network has in a bad moment. */
const MAX_LOGINS_UNDER_WAY = 128;

/** Sends requests. Every one settles: by an answer, by its deadline, or by {@link close}. */
export class UpstreamHost {
  readonly #options: UpstreamHostOptions;
  readonly #budget: Budget;
  readonly #pause: Pause;
  readonly #turns = new Turns(MAX_UNDER_WAY);
  readonly #loginTurns = new Turns(MAX_LOGINS_UNDER_WAY);
  readonly #closing = new AbortController();
  #sent = 0;
  #refused = 0;
  #failed = 0;
  /** Since a pause has begun, until a request succeeds. */
  #isInTrouble = false;

  constructor(options: UpstreamHostOptions) {
    this.#options = options;
    // Each request listens to it, and there may be as many as the budget has: Node would warn of a leak.
    setMaxListeners(0, this.#closing.signal);
    this.#budget = new Budget(options.limits, options.clock);
    this.#pause = new Pause(options.clock);
  }

  /** For messages. */
  get name(): string {
    return this.#options.name;
  }

  /**
   * Sends a request, several times if need be. Answers what has come back where that is a 2xx, a 400 or a 404: what it
   * means is the caller's to know.
   * @throws {UpstreamError}
   */
  async request(request: UpstreamRequest): Promise<UpstreamResponse> {
    const { clock, deadlineMs, retries } = this.#options;
    const { endMs = clock.monotonic() + deadlineMs } = request;
    if (!this.#isAdmitted(request)) throw this.#refusal(request);
    for (let repeated = 0; ; repeated += 1) {
      try {
        return await this.#attempt(request, endMs);
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        const delayMs = BACKOFF_MS * 2 ** repeated * (0.5 + Math.random() / 2);
        const isInTime = clock.monotonic() + delayMs + MIN_ATTEMPT_MS < endMs;
        if (!error.isTransient || repeated >= retries || !isInTime) throw error;
        await this.#wait(delayMs);
        if (!this.#isAdmitted(request)) throw error;
      }
    }
  }

  /** In how many ms so many requests of that priority could be sent at once, or as many of them as ever can be. */
  waitMs(priority: Priority, requests: number): number {
    return this.#budget.waitMs(priority, requests);
  }

  /** Waits until a request of that priority could be sent, where that is within `forMs`; answers whether it is. */
  async waitForToken(priority: Priority, forMs: number): Promise<boolean> {
    const waitMs = this.#budget.waitMs(priority);
    if (waitMs > forMs) return false;
    await this.#wait(waitMs);
    return true;
  }

  /** How it is doing; never waits. */
  state(): HostBudget {
    const { name, baseUrl } = this.#options;
    return {
      host: name,
      baseUrl,
      capacity: Math.floor(this.#budget.capacity),
      left: this.#budget.left,
      sent: this.#sent,
      refused: this.#refused,
      failed: this.#failed,
      pausedMs: Math.ceil(this.#pause.leftMs),
    };
  }

  /** Ends what is under way, and sends nothing any more. */
  close(): void {
    this.#closing.abort();
  }

  /** Takes a token; answers whether there was one, and the host may be asked. */
  #isAdmitted(request: UpstreamRequest): boolean {
    this.#refuseClosed();
    return !this.#isLeftAlone(request) && this.#budget.take(request.priority);
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new UpstreamError(this.name, "closed", "the cache is closed");
  }

  /** Only Mojang can say who has joined: it is asked although it seems to be down. */
  #isLeftAlone({ priority }: UpstreamRequest): boolean {
    return priority !== "login" && !this.#pause.isOver;
  }

  #refusal(request: UpstreamRequest): UpstreamError {
    this.#refused += 1;
    if (this.#isLeftAlone(request)) {
      const retryAfterMs = Math.ceil(this.#pause.leftMs) || PROBE_WAIT_MS;
      const reason = `it has refused or failed, and is left alone for ${retryAfterMs} ms more`;
      const status = this.#pause.isForLimit ? 429 : undefined;
      return new UpstreamError(this.name, "paused", reason, { retryAfterMs, status });
    }
    const retryAfterMs = this.#budget.waitMs(request.priority);
    const reason = `its budget is spent, for ${retryAfterMs} ms more`;
    return new UpstreamError(this.name, "budget", reason, { retryAfterMs });
  }

  /** @param endMs by when it must be answered, on the monotonic clock. */
  async #attempt(request: UpstreamRequest, endMs: number): Promise<UpstreamResponse> {
    const { clock } = this.#options;
    const { priority } = request;
    const turns = priority === "login" ? this.#loginTurns : this.#turns;
    const forMs = endMs - MIN_ATTEMPT_MS - clock.monotonic();
    if (!(await turns.take({ priority, clock, forMs, signal: this.#closing.signal }))) {
      this.#budget.giveBack();
      this.#refuseClosed();
      throw new UpstreamError(this.name, "timeout", "too many requests are under way to it");
    }
    try {
      // Meanwhile it may have closed, a pause have begun, or another request be the one that shows whether it is over.
      const isClosed = this.#closing.signal.aborted;
      if (!isClosed && !this.#isLeftAlone(request)) return await this.#send(request, endMs);
      this.#budget.giveBack();
      this.#refuseClosed();
      throw this.#refusal(request);
    } finally {
      turns.end();
    }
  }

  async #send(request: UpstreamRequest, endMs: number): Promise<UpstreamResponse> {
    const { attemptTimeoutMs, clock } = this.#options;
    const startedAtMs = clock.monotonic();
    const leftMs = Math.ceil(endMs - startedAtMs);
    const endProbe = request.priority === "login" ? undefined : this.#pause.beginProbe();
    this.#sent += 1;
    try {
      const response = await sendRequest(
        {
          url: this.#urlOf(request),
          method: request.body === undefined ? "GET" : "POST",
          body: request.body,
        },
        {
          host: this.name,
          clock,
          timeoutMs: Math.min(attemptTimeoutMs, leftMs),
          timeoutReason:
            leftMs < attemptTimeoutMs
              ? `expected an answer before its deadline, in the last ${leftMs} ms`
              : `expected an answer within ${attemptTimeoutMs} ms`,
          signal: this.#closing.signal,
        },
      );
      const refusal = refusalOf(this.name, response);
      if (refusal !== undefined) throw refusal;
      this.#noteSuccess(startedAtMs);
      return response;
    } catch (error) {
      // That it was given up says nothing of Mojang.
      if (!(error instanceof UpstreamError && error.failure === "closed")) this.#failed += 1;
      if (!(error instanceof UpstreamError)) throw error;
      this.#noteFailure(error, startedAtMs);
      if (error.failure !== "limited") throw error;
      // Mojang does not say when to ask again; the pause that it has led to does.
      const retryAfterMs = Math.ceil(this.#pause.leftMs);
      throw new UpstreamError(this.name, "limited", "it was asked too much (429)", {
        status: 429,
        retryAfterMs,
      });
    } finally {
      endProbe?.();
    }
  }

  /** Tells of the end of a trouble that was told of. */
  #noteSuccess(startedAtMs: number): void {
    if (!this.#pause.succeeded(startedAtMs)) return;
    if (this.#isInTrouble) this.#options.logger.info({ host: this.name }, "Mojang answers again");
    this.#isInTrouble = false;
  }

  /** Tells of a trouble once, however many requests it costs. */
  #noteFailure(error: UpstreamError, startedAtMs: number): void {
    this.#pause.failed(error, startedAtMs);
    const pausedMs = Math.ceil(this.#pause.leftMs);
    if (this.#isInTrouble || pausedMs === 0) return;
    this.#isInTrouble = true;
    const { failure, host } = error;
    this.#options.logger.warn(
      { host, failure, pausedMs },
      `Leaves Mojang alone for a while: ${error.message}`,
    );
  }

  #urlOf({ path, query = {} }: UpstreamRequest): URL {
    const url = new URL(this.#options.baseUrl.replace(/\/+$/, "") + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  /** For that time, or until it closes. */
  #wait(delayMs: number): Promise<void> {
    return wait(delayMs, { clock: this.#options.clock, signal: this.#closing.signal });
  }
}
