import { setTimeout as sleep } from "node:timers/promises";

/** Time between two looks, in ms. */
const POLL_MS = 5;

/** Waits until `look` answers true, for at most `limitMs`; answers whether it did. */
export async function until(look: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    if (await look()) return true;
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
}
