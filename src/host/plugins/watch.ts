/** Watches one life from outside: its loop, its memory, and calls it never ends. */
import type { Cancel, Clock } from "../clock.js";
import type { CallChannel } from "../calls/call-channel.js";
import type { PluginLimits } from "../config/config.js";
import type { CpuProfile } from "../life/cpu-profile.js";
import type { LifeEnd, LifeMemory, WatchedLife } from "../life/life.js";
import { operationName } from "../../contract/call-frames.js";
import { MemoryWatch } from "./memory-watch.js";
import { StuckLoop } from "./stuck-loop.js";

/** How often a life is looked at, in ms: twice the pulse's tick, so that a healthy loop has always moved. */
export const WATCH_MS = 50;
/**
 * How long memory must stay over its cap while the loop turns, in ms: garbage outside the heap, large buffers above
 * all, is collected in gusts, and a plugin that only waits for one does not leak.
 */
const OVER_TURNING_MS = 1000;
/** The same while the loop is blocked: what allocates without end then cannot be left that long. */
const OVER_BLOCKED_MS = 200;
/**
 * How much longer a blocked loop is borne while it is being looked into, in ms: an answer that is late is worth that,
 * and no more.
 */
const LOOKED_INTO_MS = 100;
/** How often the share of busy time is read, in looks: once a second. */
const LOOKS_PER_UTILIZATION = 20;

export interface WatchOptions {
  readonly life: WatchedLife;
  readonly channel: CallChannel;
  readonly clock: Clock;
  readonly limits: Pick<PluginLimits, "startMs" | "hangMs" | "memoryMb" | "inFlightCalls" | "inFlightBytes">;
  /** A debugger may hold the loop: then nothing that comes of standing still ends the life. */
  readonly isInspected: boolean;
  /** Whether the plugin has confirmed its start. The pulse has a phase too, but that is the plugin's to write. */
  readonly isServing: () => boolean;
  /** It has looked: its figures are of now. */
  readonly onLook?: () => void;
  readonly onEnd: (end: LifeEnd) => void;
}

export class Watch {
  readonly memory: MemoryWatch;
  readonly #options: WatchOptions;
  readonly #stuck: StuckLoop;
  #ticks = -1;
  #wasServing = false;
  #blockedMs = 0;
  #overMs = 0;
  #looks = 0;
  #utilization = 0;
  #lookedAt: number;
  #cancel: Cancel;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.memory = new MemoryWatch(options.life, options.limits.memoryMb);
    this.#stuck = new StuckLoop(options.life);
    this.#lookedAt = options.clock.monotonic();
    this.#cancel = options.clock.schedule(() => this.#look(), WATCH_MS);
  }

  /** How long the plugin's loop has stood still, in ms; 0 while it turns. */
  get blockedMs(): number {
    return this.#blockedMs;
  }

  /** Share of the last second the plugin's loop was busy, 0 to 1. */
  get utilization(): number {
    return this.#utilization;
  }

  /** What the plugin's loop executes while it is blocked, where that is known. */
  get profile(): CpuProfile | undefined {
    return this.#stuck.profile;
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    const { clock, life } = this.#options;
    this.#cancel = clock.schedule(() => this.#look(), WATCH_MS);
    const now = clock.monotonic();
    // A host that was itself blocked or stopped has seen nothing of that time, and must not condemn for it.
    const seenMs = Math.min(now - this.#lookedAt, 2 * WATCH_MS);
    this.#lookedAt = now;
    this.#looks += 1;
    if (this.#looks % LOOKS_PER_UTILIZATION === 0) this.#utilization = life.utilization();
    const { ticks } = life.pulse;
    const isServing = this.#options.isServing();
    // What blocked the loop until it served was the start's business and is over.
    const isTurning = ticks !== this.#ticks || isServing !== this.#wasServing;
    this.#ticks = ticks;
    this.#wasServing = isServing;
    this.#blockedMs = isTurning ? 0 : this.#blockedMs + seenMs;
    const isOver = isTurning ? this.memory.checkPulse() : this.#checkBlocked();
    this.#overMs = isOver ? this.#overMs + seenMs : 0;
    this.#lookInto(isTurning, isOver);
    this.#options.onLook?.();
    const end = this.#judge(isTurning);
    if (end !== undefined) this.#options.onEnd(end);
  }

  #lookInto(isTurning: boolean, isOverMemory: boolean): void {
    const { limits, isInspected } = this.#options;
    // A debugger knows best where it holds the loop.
    if (isInspected) return;
    const limitMs = this.#wasServing ? limits.hangMs : limits.startMs;
    this.#stuck.look({ isTurning, blockedMs: this.#blockedMs, limitMs, isOverMemory });
  }

  /** Where its memory has to be guessed from that of the process, a loop that a debugger holds would be blamed for others. */
  #checkBlocked(): boolean {
    const { isInspected, life } = this.#options;
    return !(isInspected && !life.canMeasure) && this.memory.checkBlocked();
  }

  #judge(isTurning: boolean): LifeEnd | undefined {
    const { limits } = this.#options;
    const graceMs = this.#stuck.isLookingInto ? LOOKED_INTO_MS : 0;
    if (this.#overMs >= (isTurning ? OVER_TURNING_MS : OVER_BLOCKED_MS + graceMs)) {
      return {
        kind: "memory",
        message: `The plugin uses more than its ${limits.memoryMb} MB: ${describeMemory(this.memory.latest)}`,
      };
    }
    // Until it serves, the start's own limit holds.
    if (!this.#wasServing || this.#options.isInspected) return undefined;
    if (this.#blockedMs >= limits.hangMs + graceMs) {
      return {
        kind: "hang",
        message: `The plugin's event loop has been blocked for ${Math.round(this.#blockedMs)} ms`,
      };
    }
    return this.#judgeCalls();
  }

  /**
   * Calls that never end, while the loop is fine: where others wait for one of them, and where they fill the plugin's
   * quota for good, a new life is better.
   */
  #judgeCalls(): LifeEnd | undefined {
    const { channel, limits } = this.#options;
    const awaited = channel
      .overdue(limits.hangMs)
      .find(({ request }) => request.onReleased?.isAwaited?.() === true);
    if (awaited !== undefined) {
      const { operation, category } = awaited.request;
      const what = `a ${operationName(operation)} in category "${category}"`;
      return {
        kind: "hang",
        message: `Later writes wait for ${what} that never ended`,
        culprit: awaited.sequence,
      };
    }
    if (!takesHalf(channel.inFlight, channel.inFlightBytes, limits)) return undefined;
    const calls = channel.overdue(limits.hangMs);
    const bytes = calls.reduce((sum, { request }) => sum + request.bytes, 0);
    const [oldest] = calls;
    if (oldest === undefined || !takesHalf(calls.length, bytes, limits)) return undefined;
    const { operation, category } = oldest.request;
    return {
      kind: "hang",
      message: `${calls.length} calls never ended, the oldest a ${operationName(operation)} in category "${category}"`,
    };
  }
}

/** Whether so many calls, or so many bytes, take at least half of what may be in flight. */
function takesHalf(calls: number, bytes: number, limits: WatchOptions["limits"]): boolean {
  return calls * 2 >= limits.inFlightCalls || bytes * 2 >= limits.inFlightBytes;
}

function describeMemory({ heapBytes, externalBytes, residentBytes }: LifeMemory): string {
  const parts = `${mb(heapBytes)} MB of heap and ${mb(externalBytes)} MB outside it`;
  // The loop of a process may have stood still since it last told the parts.
  return residentBytes === undefined
    ? parts
    : `${mb(residentBytes)} MB in all, of which it last told ${parts}`;
}

function mb(bytes: number): number {
  return Math.round(bytes / (1024 * 1024));
}
