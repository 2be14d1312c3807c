import type { Finding } from "./finding.js";

/** One line, as editors and terminals make links of: `src/main.ts:3:12: error: …`. */
export function formatFinding({ severity, text, file, line, column }: Finding): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return place === "" ? `${severity}: ${text}` : `${place}: ${severity}: ${text}`;
}
