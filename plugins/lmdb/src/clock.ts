/** Time as this plugin needs it, small enough for a test to hold in its hand. */
export interface Clock {
  /** Milliseconds since the epoch; may jump. */
  now(): number;
  /** Runs `task` every `intervalMs` until the function it answers is called. Keeps no thread alive. */
  repeat(task: () => void, intervalMs: number): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  repeat(task, intervalMs) {
    const timer = setInterval(task, intervalMs).unref();
    return () => clearInterval(timer);
  },
};
