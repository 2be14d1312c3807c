/** What a leader is made of. */
import type { CallStatistics } from "../calls/call-statistics.js";
import type { PluginConfig } from "../config/config.js";
import type { BackendClient } from "./backend-client.js";
import type { BackendClientOptions } from "./backend-client-options.js";
import type { HostServices } from "./host-services.js";
import type { PluginStatus } from "./plugin-status.js";
import type { Invalidation } from "./read-invalidation.js";

export interface LeaderOptions {
  readonly config: PluginConfig;
  readonly services: HostServices;
  readonly status: PluginStatus;
  readonly statistics: CallStatistics;
  readonly onQueue: BackendClientOptions["onQueue"];
  /** A backend reports entries that somebody else has changed. */
  readonly onInvalidate: (backend: BackendClient, keys: Invalidation) => void;
}
