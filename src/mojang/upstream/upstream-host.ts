/** One host of Mojang's: what may be sent to it, when it is asked again, and when it is left alone. */
import { setMaxListeners } from "node:events";

import type { Logger } from "pino";

import type { Clock } from "../../host/main.js";
import { Budget } from "./budget.js";
import type { BudgetLimits, Priority } from "./budget.js";
import { Pause } from "./pause.js";
import { sendRequest } from "./send-request.js";
import type { UpstreamResponse } from "./send-request.js";
import { UpstreamError } from "./upstream-error.js";

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
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON, with POST; without it the request is a GET. */
  readonly body?: unknown;
  readonly priority: Priority;
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
  /** Requests that were not sent, for want of budget or during a pause. */
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

/** Sends requests. Every one settles: by an answer, by its deadline, or by {@link close}. */
export class UpstreamHost {
  readonly #options: UpstreamHostOptions;
  readonly #budget: Budget;
  readonly #pause: Pause;
  readonly #closing = new AbortController();
  readonly #waits = new Set<() => void>();
  #sent = 0;
  #refused = 0;
  #failed = 0;
  /** Since a pause has begun, until a request succeeds. */
  #isInTrouble = false;

  constructor(options: UpstreamHostOptions) {
    this.#options = options;
    this.#budget = new Budget(options.limits, options.clock);
    this.#pause = new Pause(options.clock);
    // Every request under way listens to it: as many as the budget lets through, and no leak.
    setMaxListeners(0, this.#closing.signal);
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
    this.#admit(request.priority);
    for (let repeated = 0; ; repeated += 1) {
      try {
        return await this.#attempt(request, endMs - clock.monotonic());
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        const delayMs = BACKOFF_MS * 2 ** repeated * (0.5 + Math.random() / 2);
        const isInTime = clock.monotonic() + delayMs + MIN_ATTEMPT_MS < endMs;
        if (!error.isTransient || repeated >= retries || !isInTime) throw error;
        await this.#sleep(delayMs);
        if (!this.#isAdmitted(request.priority)) throw error;
      }
    }
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
    for (const wake of this.#waits) wake();
  }

  #admit(priority: Priority): void {
    if (this.#isAdmitted(priority)) return;
    this.#refused += 1;
    // A login is not refused for a pause.
    if (!this.#pause.isOver && priority !== "login") {
      const retryAfterMs = Math.ceil(this.#pause.leftMs) || PROBE_WAIT_MS;
      const reason = `it has refused or failed, and is left alone for ${retryAfterMs} ms more`;
      const status = this.#pause.isForLimit ? 429 : undefined;
      throw new UpstreamError(this.name, "paused", reason, { retryAfterMs, status });
    }
    const retryAfterMs = this.#budget.waitMs(priority);
    throw new UpstreamError(this.name, "budget", `its budget is spent, for ${retryAfterMs} ms more`, {
      retryAfterMs,
    });
  }

  #isAdmitted(priority: Priority): boolean {
    if (this.#closing.signal.aborted) throw new UpstreamError(this.name, "closed", "the cache is closed");
    // Only Mojang can say who has joined: it is asked although it seems to be down.
    if (priority !== "login" && !this.#pause.isOver) return false;
    return this.#budget.take(priority);
  }

  async #attempt(request: UpstreamRequest, leftMs: number): Promise<UpstreamResponse> {
    const { attemptTimeoutMs, clock } = this.#options;
    const startedAtMs = clock.monotonic();
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
          timeoutMs: Math.ceil(Math.min(attemptTimeoutMs, leftMs)),
          signal: this.#closing.signal,
        },
      );
      const error = this.#errorOf(response);
      if (error !== undefined) throw error;
      this.#noteSuccess(startedAtMs);
      return response;
    } catch (error) {
      this.#failed += 1;
      if (!(error instanceof UpstreamError)) throw error;
      this.#noteFailure(error, startedAtMs);
      // Mojang does not say when to ask again; the pause that it has led to does.
      throw error.failure === "limited" ? this.#limited(Math.ceil(this.#pause.leftMs)) : error;
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

  #errorOf({ status, retryAfterMs }: UpstreamResponse): UpstreamError | undefined {
    if ((status >= 200 && status < 300) || status === 400 || status === 404) return undefined;
    if (status === 429) return this.#limited(retryAfterMs);
    const options = { status };
    if (status === 403)
      return new UpstreamError(this.name, "blocked", "a firewall before it has refused (403)", options);
    if (status >= 500)
      return new UpstreamError(this.name, "unavailable", `it has failed (${status})`, options);
    return new UpstreamError(this.name, "unexpected", `it answered ${status}`, options);
  }

  #limited(retryAfterMs: number | undefined): UpstreamError {
    const options = { status: 429, retryAfterMs };
    return new UpstreamError(this.name, "limited", "it was asked too much (429)", options);
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#waits.delete(wake);
        resolve();
      };
      const cancel = this.#options.clock.schedule(wake, delayMs);
      this.#waits.add(wake);
    });
  }
}
