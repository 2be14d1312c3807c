import { OWN_CODES, Shortfall } from "./shortfall.js";

/** Node fires longer timers at once. */
const MAX_DELAY_MS = 2_147_483_647;

/**
 * The result of a command, or a failure at the deadline: for commands of which there are few, each with a timer.
 * @param deadline milliseconds since the epoch.
 */
export async function settleBy<T>(result: Promise<T>, deadline: number, address: string): Promise<T> {
  const leftMs = deadline - Date.now();
  if (leftMs > MAX_DELAY_MS) return result;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const failure = new Shortfall(`an answer of ${address} in time`, "none", OWN_CODES.late);
    timer = setTimeout(() => reject(failure), Math.max(leftMs, 0));
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}
