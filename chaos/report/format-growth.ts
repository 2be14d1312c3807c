import { formatMarkdown } from "../../bench/format-markdown.js";
import { grows } from "../soak/judge-growth.js";
import type { Growth } from "../soak/judge-growth.js";

/** What a host took over a long run, as Markdown. */
export function formatGrowth(growths: readonly Growth[]): string {
  return formatMarkdown(
    growths.map((growth) => ({
      figure: growth.figure,
      "after the warm-up": growth.from,
      "at the end": growth.to,
      greatest: growth.greatest,
      "grew by, in 100 cells": growth.grows,
      "may grow by": growth.mayGrow,
      holds: grows(growth) ? "✗" : "✓",
    })),
  );
}
