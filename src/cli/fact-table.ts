/** A table with a line for each fact of one thing. */
import Table from "cli-table3";

/** What a fact is called, and what it is: text fit for a terminal. */
export type Fact = readonly [name: string, text: string];

/** How the table is drawn. */
export interface FactTableOptions {
  /** Columns of the terminal, into which long texts are broken; `undefined`: no text is broken. */
  readonly width: number | undefined;
}

/** Three borders, and a blank on each side of two texts. */
const FRAME_CHARACTERS = 7;
/** Below this a text is broken into too many pieces; the table is then wider than the terminal. */
const MIN_TEXT_CHARACTERS = 20;

/** The table, without a line break at its end. */
export function factTable(facts: readonly Fact[], { width = Infinity }: FactTableOptions): string {
  const nameWidth = Math.max(...facts.map(([name]) => name.length));
  const textWidth = Math.max(MIN_TEXT_CHARACTERS, width - FRAME_CHARACTERS - nameWidth);
  // No colours of the library's own: they would be written to files too. No rules between lines.
  const table = new Table({
    style: { head: [], border: [] },
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
  });
  for (const [name, text] of facts) table.push([name, breakText(text, textWidth)]);
  return table.toString();
}

/** Breaks where the line is full: an address has no blank to break at. */
function breakText(text: string, width: number): string {
  if (text.length <= width) return text;
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += width) lines.push(text.slice(at, at + width));
  return lines.join("\n");
}
