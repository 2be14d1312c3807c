/**
 * A life whose carrier may be exchanged for a process while it starts: a plugin may turn out to be native only when its
 * module has been imported, in a thread. To whoever holds it, it is one life all the time.
 */
import { messageEndpoint } from "../../contract/message-endpoint.js";
import type { MessageEndpoint } from "../../contract/message-endpoint.js";
import type { Pulse } from "../../contract/pulse.js";
import type { Isolation } from "../config/config.js";
import type { CpuProfile } from "./cpu-profile.js";
import type { Life, LifeMemory, WatchedLife } from "./life.js";

/** How long the thread that is left may take to end, in ms, before it is given up: V8 needs a few. */
const LEAVE_MS = 1000;

export interface MovableLifeOptions {
  /** Starts a carrier. */
  readonly start: (isolation: Isolation) => Life;
  /** What carries it first. */
  readonly isolation: Isolation;
  /** There is no process to be had to begin anew in. */
  readonly onLost: (cause: unknown) => void;
  /** A carrier could not be ended and is left behind (1), or has gone after all (-1). */
  readonly onAbandoned: (carrier: Isolation, change: 1 | -1) => void;
}

type PostArguments = Parameters<MessageEndpoint["postMessage"]>;

export class MovableLife implements WatchedLife {
  readonly endpoint: MessageEndpoint;
  readonly #options: MovableLifeOptions;
  #isolation: Isolation;
  #carrier: Life;
  /** The ends of the carriers that were left. */
  readonly #left: Promise<void>[] = [];
  /** Whether the present one is among those that were left: no other was to be had. */
  #isLeft = false;

  /** @throws {Error} whatever `start` throws. */
  constructor(options: MovableLifeOptions) {
    this.#options = options;
    this.#isolation = options.isolation;
    this.#carrier = options.start(options.isolation);
    this.endpoint = messageEndpoint((message, transfer) =>
      this.#carrier.endpoint.postMessage(message, transfer as PostArguments[1]),
    );
    this.#listen();
  }

  /** What carries it now. */
  get isolation(): Isolation {
    return this.#isolation;
  }

  get pulse(): Pulse {
    return this.#carrier.pulse;
  }

  get canMeasure(): boolean {
    return this.#carrier.canMeasure;
  }

  utilization(): number {
    return this.#carrier.utilization();
  }

  memory(): Promise<LifeMemory | undefined> {
    return this.#carrier.memory();
  }

  profile(durationMs: number): Promise<CpuProfile | undefined> {
    return this.#carrier.profile?.(durationMs) ?? Promise.resolve(undefined);
  }

  /** Ends the carrier and begins anew in a process. Nothing may have been asked that is unanswered. */
  moveToProcess(): void {
    this.#left.push(this.#endCarrier(LEAVE_MS));
    this.#isLeft = true;
    try {
      this.#carrier = this.#options.start("process");
    } catch (cause) {
      this.#options.onLost(cause);
      return;
    }
    this.#isLeft = false;
    this.#isolation = "process";
    this.#listen();
  }

  /** Resolves when what carried it is gone, or was given up after `limitMs`. Never rejects. */
  async end(limitMs: number): Promise<void> {
    await Promise.all(this.#isLeft ? this.#left : [...this.#left, this.#endCarrier(limitMs)]);
  }

  async #endCarrier(limitMs: number): Promise<void> {
    const { onAbandoned } = this.#options;
    const carrier = this.#isolation;
    const isGone = await this.#carrier.end(limitMs, () => onAbandoned(carrier, -1));
    if (!isGone) onAbandoned(carrier, 1);
  }

  #listen(): void {
    this.#carrier.endpoint.addEventListener("message", ({ data }: { readonly data: unknown }) =>
      this.endpoint.deliver(data),
    );
  }
}
