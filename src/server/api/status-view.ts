import type { Health } from "../../host/main.js";
import type { HostBudget } from "../../mojang/main.js";

/** What `/api/status` answers. Times in ms since the epoch. */
export interface StatusView {
  readonly name: "Stockpile";
  readonly version: string;
  /** As in `v22.20.0`. */
  readonly node: string;
  readonly status: Health["status"];
  readonly at: number;
  readonly startedAt: number;
  readonly eventListeners: number;
  /** Mojang's hosts, where the server has the section "mojang". */
  readonly upstreams?: readonly HostBudget[];
}
