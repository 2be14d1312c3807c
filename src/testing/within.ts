/** How long a call may take that is promised no time, in ms: only a check that fails waits so long. */
export const PATIENCE_MS = 10_000;

/** Nothing came in time. */
export class NeverSettledError extends Error {
  static {
    this.prototype.name = "NeverSettledError";
  }
}

/**
 * Answers what `promise` does.
 * @throws {NeverSettledError} it has not settled within the limit.
 */
export async function within<T>(promise: Promise<T>, limitMs: number = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NeverSettledError(`Not settled within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
