/**
 * Finds where source code asks for files beside itself: they are not beside the built file. A guess by patterns, over
 * code without its comments and texts, so what it finds are warnings.
 */
import type { Finding } from "./finding.js";
import { maskSource } from "./mask-source.js";

interface FileUse {
  readonly pattern: RegExp;
  /** Says what was found; `path` is the literal in it, if there is one. */
  readonly describe: (path: string | undefined) => string;
}

const REMEDY = "it will not be beside the built file";

/** In this order: of those on one line, the first is told. */
const FILE_USES: readonly FileUse[] = [
  {
    pattern: /\bprocess\s*\.\s*dlopen\b/g,
    describe: () => "loads a native addon by process.dlopen, which cannot be bundled",
  },
  {
    pattern: /\bnew\s+(?:\w+\.)?(?:Worker|Piscina|Tinypool)\s*\(/g,
    describe: () =>
      `starts a worker thread: a file it names is not bundled, and ${REMEDY}: start it from text, or not at all`,
  },
  {
    pattern: /\bnew\s+URL\s*\(\s*(?<path>["'`][_]*["'`])\s*,\s*import\.meta\.url\b/g,
    describe: (path) =>
      `asks for the file ${path}: ${REMEDY}: keep the data in a module, or take its path from the options`,
  },
  {
    pattern: /\bcreateRequire\s*\(/g,
    describe: () =>
      "makes a require of its own: what is required by that is not bundled, Node's own modules aside",
  },
  {
    pattern: /\bimport\.meta\.(?:dirname|filename|resolve)\b|\b__(?:dirname|filename)\b/g,
    describe: () => `asks where it lies: a file it looks for there: ${REMEDY}`,
  },
];

/**
 * @param file its name, for the findings.
 * @param source JavaScript or TypeScript.
 * @returns one finding per line, and of each kind the first of the file only.
 */
export function findFileUses(file: string, source: string): Finding[] {
  const masked = maskSource(source);
  const byLine = new Map<number, Finding>();
  for (const { pattern, describe } of FILE_USES) {
    const seen = new Set<string>();
    for (const match of masked.matchAll(pattern)) {
      const path = match.groups?.["path"];
      const start = path === undefined ? 0 : match.index + match[0].indexOf(path);
      const text = describe(path === undefined ? undefined : source.slice(start, start + path.length));
      if (seen.has(text)) continue;
      const before = masked.slice(0, match.index).split("\n");
      const line = before.length;
      if (byLine.has(line)) continue;
      seen.add(text);
      byLine.set(line, { severity: "warning", file, line, column: (before.at(-1)?.length ?? 0) + 1, text });
    }
  }
  return [...byLine.values()].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
