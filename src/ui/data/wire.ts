/** What the server answers, by the server's own types: a change there that this page does not follow does not compile. */
import type { CategoryHealth, PluginFailure, StockpileEvents } from "../../host/main.js";
import type { HistoryView } from "../../server/history/figure-history.js";
import type { PublicHealth } from "../../server/public-health.js";

export type { CategoryHealth, HistoryView, PluginFailure, PublicHealth };

/** A plugin as `/health` has it. */
export type PublicPlugin = PublicHealth["plugins"][number];

/** Of `/api/status`, what is shown. */
export interface ServerStatus {
  readonly version: string;
  /** As in `v22.20.0`. */
  readonly node: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly eventListeners: number;
  /** Mojang's hosts, where the server has the section "mojang". */
  readonly upstreams?: readonly Upstream[];
}

/** A host of Mojang's and its budget. */
export interface Upstream {
  readonly host: string;
  readonly baseUrl: string;
  readonly capacity: number;
  readonly left: number;
  readonly sent: number;
  readonly refused: number;
  readonly failed: number;
  readonly pausedMs: number;
}

/** Of `/api/categories/…/entries/…`. Times in ms since the epoch. */
export interface FoundEntry {
  readonly category: string;
  readonly key: string;
  readonly source: string;
  readonly stale: boolean;
  readonly storedAt?: number;
  readonly expiresAt?: number;
  readonly failures: readonly { readonly code: string; readonly message: string }[];
  readonly contentType?: string;
  readonly bytes?: number;
  readonly text?: string;
  readonly base64?: string;
  readonly json?: unknown;
  readonly isHidden: boolean;
}

/** By type, the data of the events of `/api/events` that are shown; there may be others. */
export interface EventData {
  readonly plugin: StockpileEvents["plugin"];
  readonly reload: StockpileEvents["reload"];
  readonly queue: StockpileEvents["queue"];
  readonly failure: {
    readonly operation: string;
    readonly category: string;
    readonly code: string;
    readonly plugin?: string;
    readonly at: number;
    readonly passedOver: number;
  };
  readonly entry: {
    readonly type: string;
    readonly id?: string;
    readonly name?: string;
    readonly hashes?: number;
    readonly profileId?: { readonly id: string; readonly name: string };
  };
  readonly missed: object;
  readonly dropped: { readonly reason: string };
}

/** One of {@link EventData}. */
export type EventType = keyof EventData;
