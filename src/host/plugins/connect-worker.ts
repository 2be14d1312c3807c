import { expose, wrap } from "comlink";
import type { Endpoint } from "comlink";
import type { HostApi, WorkerApi } from "../../contract/protocol.js";

/** Lets the worker at the other end call `api`; answers what may be called there. Hold it: see `PluginSession`. */
export function connectWorker(endpoint: Endpoint, api: HostApi): WorkerApi {
  const { openBackend, closeBackend, invoke, stop } = wrap<WorkerApi>(endpoint);
  expose(api, endpoint);
  return { openBackend, closeBackend, invoke, stop };
}
