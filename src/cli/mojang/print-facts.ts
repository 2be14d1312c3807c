import { factTable } from "../fact-table.js";
import type { Fact } from "../fact-table.js";

/** Prints facts as a table, no wider than the terminal. */
export function printFacts(facts: readonly Fact[]): void {
  const { isTTY, columns } = process.stdout;
  process.stdout.write(`${factTable(facts, { width: isTTY ? columns : undefined })}\n`);
}
