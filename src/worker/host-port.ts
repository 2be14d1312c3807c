/** The host as the worker sees it: each method answers over the port. */
import type { Remote } from "comlink";
import type { HostApi } from "../contract/protocol.js";

export type HostPort = {
  readonly [Method in keyof HostApi]: (
    ...args: Parameters<HostApi[Method]>
  ) => Promise<Awaited<ReturnType<HostApi[Method]>>>;
};

/**
 * Takes the methods off the proxy once. Each access makes a new proxy, and a collected one would in the end release
 * the endpoint under calls that are under way: what is returned here must be held for the whole life.
 */
export function hostPort(host: Remote<HostApi>): HostPort {
  return {
    loaded: host.loaded,
    registerStorageBackend: host.registerStorageBackend,
    started: host.started,
    log: host.log,
    invalidate: host.invalidate,
    settle: host.settle,
    inspectable: host.inspectable,
  };
}
