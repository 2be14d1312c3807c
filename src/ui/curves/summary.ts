/** A chart in words, for who does not see it. */
import type { CurveGroup } from "./figure-groups.js";
import type { PluginColumns } from "./append-history.js";
import { spanText } from "../format.js";

/**
 * As in "Latency of redis over the last 5 min: p50 now 0.21 ms, from 0.1 ms to 3.4 ms; …".
 * @param at When each value was taken, in ms since the epoch.
 */
export function summaryOf(
  { title, lines, text }: CurveGroup,
  plugin: string,
  { at, columns }: { readonly at: readonly number[]; readonly columns: PluginColumns | undefined },
): string {
  const [first, last] = [at[0], at.at(-1)];
  if (first === undefined || last === undefined || columns === undefined)
    return `${title} of ${plugin}: nothing measured yet`;
  const parts = lines.map(({ figure, label }) => {
    const range = rangeOf(columns[figure]);
    if (range === undefined) return `${label} has no value`;
    const now = columns[figure].at(-1) ?? undefined;
    const current = now === undefined ? "no value now" : `now ${text(now)}`;
    return `${label} ${current}, from ${text(range.lowest)} to ${text(range.highest)}`;
  });
  return `${title} of ${plugin} over the last ${spanText(last - first)}: ${parts.join("; ")}`;
}

/** The lowest and the highest value; `undefined`: there is none. */
export function rangeOf(
  column: readonly (number | null)[],
): { readonly lowest: number; readonly highest: number } | undefined {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const value of column) {
    if (value === null) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return lowest > highest ? undefined : { lowest, highest };
}
