import type { PluginLimits } from "../config/config.js";
import type { BackendClientOptions } from "./backend-client-options.js";

/** The limits of a plugin's backends, which outlive the configuration they were made under. */
export function liveLimits(current: () => PluginLimits): BackendClientOptions["limits"] {
  return {
    get callMs() {
      return current().callMs;
    },
    get queuedWrites() {
      return current().queuedWrites;
    },
    get queuedBytes() {
      return current().queuedBytes;
    },
  };
}
