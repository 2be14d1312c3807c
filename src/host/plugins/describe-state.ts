import type { PluginFailure } from "./plugin-failure.js";
import type { PluginState } from "./plugin-health.js";

/** Why a plugin serves nothing now, for the end of a message. */
export function describeState(
  name: string,
  state: PluginState,
  lastFailure: PluginFailure | undefined,
): string {
  const why = lastFailure === undefined || state === "stopped" ? "" : ` after: ${lastFailure.message}`;
  return `plugin "${name}" is ${state}${why}`;
}
