/** The table of Mojang's hosts that `stockpile status` prints. */
import Table from "cli-table3";
import { z } from "zod";

import { ageText } from "../age-text.js";
import { plainText } from "../plain-text.js";

/** What the table shows of a host: a part of its state. */
export interface ListedUpstream {
  readonly host: string;
  readonly baseUrl: string;
  /** Requests that can be sent at once. */
  readonly capacity: number;
  /** Of them, how many are left; below 0 where logins have taken more. */
  readonly left: number;
  readonly sent: number;
  readonly refused: number;
  readonly failed: number;
  /** In how many ms the host is asked again; 0: it is not left alone. */
  readonly pausedMs: number;
}

/** That part; what else there is, is kept as it came. */
export const upstreamSchema: z.ZodType<ListedUpstream> = z.looseObject({
  host: z.string(),
  baseUrl: z.string(),
  capacity: z.number(),
  left: z.number(),
  sent: z.number(),
  refused: z.number(),
  failed: z.number(),
  pausedMs: z.number(),
});

const MAX_CELL_CHARACTERS = 64;
const NONE = "-";

/** The table, without a line break at its end. */
export function upstreamTable(upstreams: readonly ListedUpstream[]): string {
  const table = new Table({
    head: ["Upstream", "Address", "Budget left", "Sent", "Refused", "Failed", "Paused for"],
    // No colours of the library's own: they would be written to files too.
    style: { head: [], border: [] },
  });
  for (const { host, baseUrl, capacity, left, sent, refused, failed, pausedMs } of upstreams) {
    table.push([
      plainText(host, MAX_CELL_CHARACTERS),
      plainText(baseUrl, MAX_CELL_CHARACTERS),
      `${left} of ${capacity}`,
      sent,
      refused,
      failed,
      pausedMs === 0 ? NONE : ageText(pausedMs),
    ]);
  }
  return table.toString();
}
