/** The writes of one category that have not ended. */
interface Lane {
  /** Ends with the last clear; `undefined` where none is under way. */
  cleared: Promise<void> | undefined;
  /** Per key the end of its last write since that clear was called. */
  keys: Map<string, Promise<void>>;
}

/**
 * Has writes take effect in the order they were called: those of one key one after the other, and a clear after every
 * earlier write of its category and before every later one. Writes of different keys do not wait for each other.
 */
export class WriteOrder {
  readonly #lanes = new Map<string, Lane>();

  /** How many categories have writes that have not ended. */
  get size(): number {
    return this.#lanes.size;
  }

  /** Runs a write of one key when it is its turn; settles as it does. */
  write<T>(category: string, key: string, task: () => Promise<T>): Promise<T> {
    const lane = this.#lane(category);
    const { keys } = lane;
    const result = after(keys.get(key) ?? lane.cleared, task);
    const ended = whenEnded(result, () => {
      if (keys.get(key) === ended) keys.delete(key);
      this.#forget(category, lane);
    });
    keys.set(key, ended);
    return result;
  }

  /** Runs a clear when it is its turn; settles as it does. */
  clear<T>(category: string, task: () => Promise<T>): Promise<T> {
    const lane = this.#lane(category);
    const result = after(Promise.all([lane.cleared, ...lane.keys.values()]), task);
    const ended = whenEnded(result, () => {
      if (lane.cleared === ended) lane.cleared = undefined;
      this.#forget(category, lane);
    });
    lane.cleared = ended;
    lane.keys = new Map();
    return result;
  }

  /** Ends when every write called so far has. */
  async idle(): Promise<void> {
    for (const { cleared, keys } of this.#lanes.values()) await Promise.all([cleared, ...keys.values()]);
  }

  #lane(category: string): Lane {
    let lane = this.#lanes.get(category);
    if (lane === undefined) {
      lane = { cleared: undefined, keys: new Map() };
      this.#lanes.set(category, lane);
    }
    return lane;
  }

  #forget(category: string, lane: Lane): void {
    if (lane.cleared === undefined && lane.keys.size === 0) this.#lanes.delete(category);
  }
}

async function after<T>(previous: Promise<unknown> | undefined, task: () => Promise<T>): Promise<T> {
  await previous;
  return task();
}

/** Runs `forget` once a write has ended, however it has: that is its caller's affair. */
async function whenEnded(result: Promise<unknown>, forget: () => void): Promise<void> {
  try {
    await result;
  } catch {
    // Whoever called the write has been told.
  }
  forget();
}
