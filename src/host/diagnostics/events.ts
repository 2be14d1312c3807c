/** What happens to the cache as a whole, as listeners of `Stockpile.on` and subscribers of channels are told of it. */
import type { BreakerState } from "../calls/breaker.js";
import type { QueueState } from "../calls/queue-watch.js";
import type { QuietFailure } from "../cache/quiet-failure.js";
import type { PluginEvent, ReloadEvent } from "../plugins/plugin-health.js";

/** Which backend something happened to. */
export interface BackendEvent {
  readonly plugin: string;
  /** The backend's id; absent while the configuration leaves it to a plugin that has not started. */
  readonly backend?: string;
  /** Tells apart backends of one id with different parameters, as in health. */
  readonly parametersKey: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The breaker of a backend has changed its state. */
export interface BreakerEvent extends BackendEvent {
  readonly state: BreakerState;
  readonly previous: BreakerState;
}

/** Writes have begun to wait for a backend that does not take them, have no more room, or are done. */
export interface QueueEvent extends BackendEvent {
  readonly state: QueueState;
  readonly previous: QueueState;
  /** Writes that wait now, of all categories that are stored there. */
  readonly queuedWrites: number;
  /** Bytes of the values they carry. */
  readonly queuedBytes: number;
}

/** Something failed, and nobody was rejected with it: the cache went on without. */
export interface FailureEvent extends QuietFailure {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A category was told that entries of it were changed elsewhere, and has forgotten them. */
export interface InvalidationEvent {
  readonly category: string;
  readonly keys: readonly string[] | "all";
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What `Stockpile.on` tells of, by name. */
export interface StockpileEvents {
  /** A plugin has changed its state. */
  readonly plugin: PluginEvent;
  /** A planned change of a plugin's life has ended. */
  readonly reload: ReloadEvent;
  readonly queue: QueueEvent;
  readonly failure: FailureEvent;
}
