import type { Deadline, Deadlines } from "../calls/deadlines.js";

/** Settles as the first of `promises` does; resolves with `undefined` when none has within `limitMs`. */
export async function within<T>(
  deadlines: Deadlines,
  limitMs: number,
  promises: readonly Promise<T>[],
): Promise<T | undefined> {
  let deadline: Deadline | undefined;
  const limit = new Promise<undefined>((resolve) => {
    deadline = deadlines.add(limitMs, () => resolve(undefined));
  });
  try {
    return await Promise.race([...promises, limit]);
  } finally {
    deadline?.cancel();
  }
}
