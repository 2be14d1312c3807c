import { nameBackend } from "../calls/name-backend.js";
import type { BackendClient } from "./backend-client.js";

/** Which backend of a plugin does not serve, and why not; `undefined` where all do. Not masked. */
export function whyDegraded(
  clients: readonly Pick<BackendClient, "pluginName" | "backendId" | "breakerState" | "openFailure">[],
): string | undefined {
  const client = clients.find(({ breakerState }) => breakerState !== "closed");
  if (client === undefined) return undefined;
  return client.openFailure?.message ?? `The breaker of ${nameBackend(client)} is ${client.breakerState}`;
}
