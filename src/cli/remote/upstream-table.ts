/** The table of Mojang's hosts that `stockpile status` prints. */
import Table from "cli-table3";
import { z } from "zod";

import type { HostBudget } from "../../mojang/main.js";
import { ageText } from "../age-text.js";
import { plainText } from "../plain-text.js";

/** What the table shows of a host; what else there is, is kept as it came. */
export const upstreamSchema: z.ZodType<HostBudget> = z.looseObject({
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
export function upstreamTable(upstreams: readonly HostBudget[]): string {
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
