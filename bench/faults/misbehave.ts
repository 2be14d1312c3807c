/** What goes wrong with every read of a backend. Writes succeed at once. */
export type Fault = "never" | "block" | "throw" | "crash";

export const FAULTS: readonly Fault[] = ["never", "block", "throw", "crash"];

/** For how long `block` holds the thread it runs in, in ms. */
export const BLOCK_MS = 1_500;

/**
 * A read of a backend with that fault. `never` does not settle. `block` computes for 1.5 s and then has no value.
 * `throw` rejects at once, as an async function
 * that throws. `crash` does not settle, and an error is thrown where nobody can catch it, as by a client
 * that emits `error` without a listener.
 */
export function misbehave(fault: Fault): Promise<undefined> {
  if (fault === "throw") return Promise.reject(new Error("The backend has failed"));
  if (fault === "block") {
    const until = performance.now() + BLOCK_MS;
    while (performance.now() < until);
    return Promise.resolve(undefined);
  }
  if (fault === "crash") {
    setImmediate(() => {
      throw new Error("The backend's client has crashed");
    });
  }
  return new Promise(() => {});
}
