import type { Clock } from "../../host/main.js";
import { PRIORITIES } from "./priority.js";
import type { Priority } from "./priority.js";
import { wait } from "./wait.js";

/** Who takes a turn, and how long that may wait for it. */
export interface TurnOptions {
  readonly priority: Priority;
  readonly clock: Clock;
  /** In ms. */
  readonly forMs: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/**
 * How many requests are under way to a host at a time: each is a connection of its own, and a firewall takes hundreds at
 * once for an attack. Who waits is let through by priority, and in the order of asking among equals.
 */
export class Turns {
  #free: number;
  readonly #waiting = new Map<Priority, Set<() => void>>(PRIORITIES.map((priority) => [priority, new Set()]));

  /** @param most how many there are. */
  constructor(most: number) {
    this.#free = most;
  }

  /** Takes a turn, and waits for one if need be; answers whether it has come in time. */
  async take({ priority, clock, forMs, signal }: TurnOptions): Promise<boolean> {
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    let isTaken = false;
    const onBegin = (end: () => void): (() => void) => {
      const onTurn = (): void => {
        isTaken = true;
        end();
      };
      const waiting = this.#waiting.get(priority);
      waiting?.add(onTurn);
      return () => void waiting?.delete(onTurn);
    };
    await wait(forMs, { clock, signal, onBegin });
    return isTaken;
  }

  /** Ends a turn that was taken: it is the next one's. */
  end(): void {
    for (const waiting of this.#waiting.values()) {
      const [next] = waiting;
      if (next === undefined) continue;
      waiting.delete(next);
      next();
      return;
    }
    this.#free += 1;
  }
}
