import autocannon from "autocannon";

/** What came of a load. */
export interface HttpLoad {
  readonly perSecond: number;
  /** Of each answer, in ms. */
  readonly latenciesMs: readonly number[];
  /** Requests that were answered by anything but 200, or not at all. */
  readonly failed: number;
}

const CONNECTIONS = 64;
const OK = 200;
/** For one answer, in s: one that is late is to be timed, and not to be counted as failed. */
const TIMEOUT_S = 60;

/**
 * Puts a server under load: each connection asks for one path after the other, and waits for each answer. Every answer is
 * timed here: autocannon's own percentiles are in whole milliseconds.
 */
export async function loadHttp(url: string, paths: readonly string[], ms: number): Promise<HttpLoad> {
  const latenciesMs: number[] = [];
  let failed = 0;
  const startedAt = performance.now();
  await new Promise<void>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections: CONNECTIONS,
        duration: ms / 1000,
        timeout: TIMEOUT_S,
        requests: paths.map((path) => ({ path })),
      },
      (error) => (error === null || error === undefined ? resolve() : reject(error)),
    );
    instance.on("response", (_client, status, _bytes, latencyMs) => {
      if (status === OK) latenciesMs.push(latencyMs);
      else failed += 1;
    });
    instance.on("reqError", () => (failed += 1));
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (latenciesMs.length === 0) throw new Error(`Cannot measure ${url}: expected answers: received none`);
  return { perSecond: latenciesMs.length / seconds, latenciesMs, failed };
}
