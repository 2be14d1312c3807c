import type { Clock } from "@stockpile/plugin-memory";

/** The machine's clock. A task that is repeated keeps its process alive: fixtures stay until they are killed. */
export const realClock: Clock = {
  now: () => Date.now(),
  repeat(task, intervalMs) {
    const timer = setInterval(task, intervalMs);
    return () => clearInterval(timer);
  },
};
