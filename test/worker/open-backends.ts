import type { StorageBackend } from "../../src/contract/backend.js";
import type { Logger } from "../../src/contract/context.js";
import { Backends } from "../../src/worker/backends.js";
import type { BackendsOptions } from "../../src/worker/backends.js";

/** A logger that says nothing. */
export const silentLogger: Logger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  fatal: () => {},
  child: () => silentLogger,
};

/** The options of `Backends`, with what is given in their place. */
export function backendsOptions(options: Partial<BackendsOptions> = {}): BackendsOptions {
  return {
    pluginName: "redis",
    hostId: "host-1",
    logger: silentLogger,
    signal: new AbortController().signal,
    invalidate: () => {},
    ...options,
  };
}

/** Backends with one open under number 0. A `get`, `put` or `purge` that is not given answers nothing. */
export async function openBackends(backend: Partial<StorageBackend>): Promise<Backends> {
  const backends = new Backends(backendsOptions());
  backends.offer("main", () =>
    Object.assign({ get: () => undefined, put: () => {}, purge: () => {} }, backend),
  );
  const outcome = await backends.open(0, "main", {});
  if ("error" in outcome) throw new Error(outcome.error.message);
  return backends;
}
