import { setTimeout as sleep } from "node:timers/promises";
import { remainingMs } from "./remaining-ms.js";
import { Turn } from "./turn.js";
import type { TurnKind } from "./turn.js";

/**
 * One call of a key at a time, in the order they were made: adapters need not be made for more. One that replaces a
 * file in place, for instance, has readers see half of it.
 *
 * A call that hangs keeps the others of its key waiting, each until its own deadline. A read is waited for no longer
 * than until its deadline, since nobody wants what it would answer. A write that never ends may still take effect, so
 * that no call of its key is made any more in this life, which the host replaces.
 */
export class KeyTurns {
  /** The turns of each key in their order: the first runs. */
  readonly #queues = new Map<string, Set<Turn>>();

  /**
   * Runs a call when the calls before it have ended that share a key with it.
   * @param deadline milliseconds since the epoch.
   * @throws {Error} the deadline has passed before that; it was not called then.
   */
  async take<T>(
    kind: TurnKind,
    keys: readonly string[],
    deadline: number,
    call: () => Promise<T>,
  ): Promise<T> {
    const turn = new Turn(kind, keys, deadline, () => this.#leave(turn));
    for (const key of turn.keys) this.#enter(key, turn);
    try {
      turn.comeIfFree();
      if (turn.blockers > 0) await turn.comes();
      return await call();
    } finally {
      turn.end();
    }
  }

  /**
   * Resolves when all calls made so far have ended or are past their deadlines.
   * @param deadline milliseconds since the epoch.
   * @throws {Error} it has passed before that.
   */
  async idle(deadline: number): Promise<void> {
    const turns = new Set([...this.#queues.values()].flatMap((queue) => [...queue]));
    if (turns.size === 0) return;
    const all = Promise.all([...turns].map((turn) => turn.over())).then(() => "over");
    const limit = new AbortController();
    const late = sleep(remainingMs(deadline), "late", { signal: limit.signal }).catch(() => "aborted");
    const first = await Promise.race([all, late]);
    limit.abort();
    if (first === "late")
      throw new Error("expected the adapter to end its calls in time: received no answer");
  }

  #enter(key: string, turn: Turn): void {
    const queue = this.#queues.get(key);
    if (queue === undefined) {
      this.#queues.set(key, new Set([turn]));
      return;
    }
    const [running] = queue;
    running?.watchDeadline();
    turn.blockers += 1;
    queue.add(turn);
  }

  #leave(turn: Turn): void {
    for (const key of turn.keys) {
      const queue = this.#queues.get(key);
      const wasFirst = firstOf(queue) === turn;
      if (queue?.delete(turn) !== true) continue;
      const next = firstOf(queue);
      if (next === undefined) this.#queues.delete(key);
      else if (wasFirst) this.#unblock(next);
    }
  }

  #unblock(turn: Turn): void {
    turn.blockers -= 1;
    turn.comeIfFree();
  }
}

function firstOf(queue: ReadonlySet<Turn> | undefined): Turn | undefined {
  const [first] = queue ?? [];
  return first;
}
