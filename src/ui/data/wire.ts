/** What the server answers, by the server's own types: a change there that this page does not follow does not compile. */
import type { CategoryHealth, PluginFailure, StockpileEvents } from "../../host/main.js";
import type { StatusView } from "../../server/api/status-view.js";
import type { HistoryView } from "../../server/history/figure-history.js";
import type { PublicHealth } from "../../server/public-health.js";

export type { CategoryHealth, HistoryView, PluginFailure, PublicHealth };

/** A plugin as `/health` has it. */
export type PublicPlugin = PublicHealth["plugins"][number];

/** Of `/api/status`, what is shown. */
export type ServerStatus = Pick<
  StatusView,
  "version" | "node" | "startedAt" | "eventListeners" | "upstreams"
>;

/** A host of Mojang's and its budget. */
export type Upstream = NonNullable<StatusView["upstreams"]>[number];

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
