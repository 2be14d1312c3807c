/** The table of categories that `stockpile status` prints. */
import Table from "cli-table3";

import { plainText } from "./plain-text.js";

/** What the table shows of a category: a part of its health. */
export interface ListedCategory {
  readonly name: string;
  readonly plugin: string;
  /** By source, `stale`, `none` and `failed` among them. */
  readonly gets: Readonly<Record<string, number>>;
  readonly loads: { readonly succeeded: number; readonly failed: number };
  readonly near: { readonly entries: number; readonly bytes: number };
}

const MAX_CELL_CHARACTERS = 64;
const NONE = "-";
/** Where a value can come from without being loaded. */
const HITS: readonly string[] = ["near", "backend", "pending"];
const UNITS = ["B", "kB", "MB", "GB"] as const;

/** The table, without a line break at its end. */
export function categoryTable(categories: readonly ListedCategory[]): string {
  if (categories.length === 0) return "No category has been used";
  const table = new Table({
    head: ["Category", "Plugin", "Gets", "Hits", "Stale", "Failed", "Loads", "Near"],
    // No colours of the library's own: they would be written to files too.
    style: { head: [], border: [] },
  });
  for (const { name, plugin, gets, loads, near } of categories) {
    const total = sumOf(Object.values(gets));
    const hits = sumOf(HITS.map((source) => gets[source] ?? 0));
    table.push([
      plainText(name, MAX_CELL_CHARACTERS),
      plainText(plugin, MAX_CELL_CHARACTERS),
      total,
      total === 0 ? NONE : `${Math.round((hits / total) * 100)} %`,
      gets["stale"] ?? 0,
      gets["failed"] ?? 0,
      loads.failed === 0 ? loads.succeeded : `${loads.succeeded}, ${loads.failed} failed`,
      `${near.entries}, ${sizeText(near.bytes)}`,
    ]);
  }
  return table.toString();
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
