/** The matrix as Markdown: faults as rows, kinds of isolation as columns, moments and loads condensed. */
import { formatMarkdown } from "../../bench/format-markdown.js";
import { ISOLATIONS } from "../cells/cell.js";
import type { Isolation } from "../cells/cell.js";
import type { Exception } from "../faults/exceptions.js";
import { ALL_FAULTS } from "../faults/all-faults.js";
import type { Verdict } from "../judge/verdict.js";

/** What is wrong with an excepted or failed cell, in the words of the table. */
const WORDS: Readonly<Record<string, string>> = {
  host: "the host ends",
  flags: "reaches the host",
  abandons: "left behind",
  leaks: "leaves descriptors open",
  undelivered: "writes wait",
  pool: "the host's file access waits",
};

export function formatTable(verdicts: readonly Verdict[]): string {
  const notes: string[] = [];
  const rows = ALL_FAULTS.flatMap(({ group, name }) => {
    const own = verdicts.filter(({ cell }) => cell.fault === name);
    if (own.length === 0) return [];
    const fields = ISOLATIONS.map((isolation) => [isolation, formatField(own, isolation, notes)] as const);
    return [{ "faults of": group, fault: name, ...Object.fromEntries(fields) }];
  });
  const footnotes = notes.map((note, index) => `${index + 1}. ${note}`);
  return [formatMarkdown(rows), ...(footnotes.length === 0 ? [] : ["", ...footnotes])].join("\n");
}

/** A field: how many cells hold of how many, and why the others do not. */
function formatField(verdicts: readonly Verdict[], isolation: Isolation, notes: string[]): string {
  const own = verdicts.filter(({ cell }) => cell.isolation === isolation);
  if (own.length === 0) return "–";
  const held = own.filter(({ outcome }) => outcome === "holds").length;
  const byChance = own.find(({ exception }) => exception?.isByChance === true)?.exception;
  const chance = byChance === undefined ? "" : `, by chance (${noteOf(byChance, notes)})`;
  if (held === own.length) return `✓ ${held}/${own.length}${chance}`;
  const others = own.filter(({ outcome }) => outcome !== "holds");
  const reasons = new Set(others.map((verdict) => reasonOf(verdict, notes)));
  return `✗ ${held}/${own.length}: ${[...reasons].join("; ")}${chance}`;
}

function reasonOf({ exception, violations, outcome, cell }: Verdict, notes: string[]): string {
  if (outcome === "surprises") return "**holds unexpectedly**";
  if (outcome === "fails" || exception === undefined) return `**fails at ${cell.moment}**`;
  const note = noteOf(exception, notes);
  const [rule = ""] = exception.breaks.filter((broken) =>
    violations.some(({ rule: seen }) => seen === broken),
  );
  return `${WORDS[rule] ?? rule} (${note})`;
}

/** The number of the footnote that says why. */
function noteOf({ why }: Exception, notes: string[]): number {
  if (!notes.includes(why)) notes.push(why);
  return notes.indexOf(why) + 1;
}
