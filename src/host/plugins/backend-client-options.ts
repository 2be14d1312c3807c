/** What a backend client is made of. */
import type { StockpileError } from "../../contract/errors.js";
import type { BreakerState } from "../calls/breaker.js";
import type { Clock } from "../clock.js";
import type { PluginLimits, StorageConfig } from "../config/config.js";
import type { QueueEvent } from "../diagnostics/events.js";
import type { PoisonKeys } from "./poison-keys.js";

export interface BackendClientOptions {
  /** The number it is opened under in every life. */
  readonly handle: number;
  readonly storage: StorageConfig;
  /** Where the configuration names it, as in `categories.player.storage`. */
  readonly path: string;
  readonly limits: Pick<PluginLimits, "callMs" | "queuedWrites" | "queuedBytes">;
  readonly clock: Clock;
  readonly poison: PoisonKeys;
  /** Why the plugin serves nothing now, for messages. */
  readonly describeState: () => string;
  readonly onBreaker: (state: BreakerState) => void;
  readonly onQueue?: (event: QueueEvent) => void;
  /** It did not open: once for each reason in a row, though it is tried again and again. */
  readonly onOpenFailure?: (failure: StockpileError) => void;
}
