/**
 * A life whose carrier may be exchanged for a process while it starts: a plugin may turn out to be native only when its
 * module has been imported, in a thread. To whoever holds it, it is one life all the time.
 */
import { messageEndpoint } from "../../contract/message-endpoint.js";
import type { MessageEndpoint } from "../../contract/message-endpoint.js";
import type { Pulse } from "../../contract/pulse.js";
import type { Isolation } from "../config/config.js";
import type { CpuProfile } from "./cpu-profile.js";
import type { Life, LifeMemory } from "./life.js";

/** How long the thread that is left may take to end, in ms, before it is given up: V8 needs a few. */
const LEAVE_MS = 1000;

export interface MovableLifeOptions {
  /** Starts a carrier. */
  readonly start: (isolation: Isolation) => Life;
  /** What carries it first. */
  readonly isolation: Isolation;
  /** There is no process to be had to begin anew in. */
  readonly onLost: (cause: unknown) => void;
}

type PostArguments = Parameters<MessageEndpoint["postMessage"]>;

export class MovableLife implements Life {
  readonly endpoint: MessageEndpoint;
  readonly #options: MovableLifeOptions;
  #isolation: Isolation;
  #carrier: Life;
  /** The carriers that were left: whether they have gone, and when they have. */
  readonly #left: { readonly isGone: Promise<boolean>; readonly later: Promise<void> }[] = [];

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
    const former = this.#carrier;
    let announce!: () => void;
    const later = new Promise<void>((resolve) => (announce = resolve));
    this.#left.push({ isGone: former.end(LEAVE_MS, announce), later });
    this.#isolation = "process";
    try {
      this.#carrier = this.#options.start("process");
    } catch (cause) {
      this.#options.onLost(cause);
      return;
    }
    this.#listen();
  }

  async end(limitMs: number, onGone: () => void): Promise<boolean> {
    if (this.#left.length === 0) return this.#carrier.end(limitMs, onGone);
    let isOver!: () => void;
    const later = new Promise<void>((resolve) => (isOver = resolve));
    const all = [{ isGone: this.#carrier.end(limitMs, isOver), later }, ...this.#left];
    const ends = await Promise.all(all.map(async (one) => ({ ...one, isGone: await one.isGone })));
    const missing = ends.filter(({ isGone }) => !isGone);
    if (missing.length > 0) void Promise.all(missing.map((one) => one.later)).then(onGone);
    return missing.length === 0;
  }

  #listen(): void {
    this.#carrier.endpoint.addEventListener("message", ({ data }: { readonly data: unknown }) =>
      this.endpoint.deliver(data),
    );
  }
}
