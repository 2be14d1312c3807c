/** What of a Markdown document other documents and its reader hold on to. */
export interface MarkdownDocument {
  readonly headings: readonly { readonly level: number; readonly text: string }[];
  /** Where headings are linked to, as in `#the-anchor`, without the `#`. */
  readonly anchors: ReadonlySet<string>;
  /** Targets of links and images as they are written, those to other sites included. */
  readonly links: readonly string[];
}

const FENCED_CODE = /^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\2[`~]* *$/gm;
const INLINE_CODE = /(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g;
const COMMENT = /<!--[\s\S]*?-->/g;
const HEADING = /^(#{1,6}) +(.+?) *#*$/gm;
const INLINE_LINK =
  /\]\(\s*(?:<([^>\n]*)>|([^\s()]+(?:\([^\s()]*\)[^\s()]*)*))(?:\s+["'(][^\n]*?["')])?\s*\)/g;
const REFERENCE = /^ {0,3}\[[^\]\n]+\]: *<?([^\s>]+)>?/gm;
const HTML_LINK = /<(?:a|img|source)\b[^>]*?\b(?:href|src)="([^"]+)"/g;
const HTML_ANCHOR = /<a\b[^>]*?\b(?:id|name)="([^"]+)"/g;

/** Reads headings and links off Markdown text; what stands in code is neither. */
export function readMarkdown(text: string): MarkdownDocument {
  const prose = text.replaceAll(COMMENT, "").replaceAll(FENCED_CODE, "");
  const headings = [...prose.matchAll(HEADING)].map(([, marks = "", heading = ""]) => ({
    level: marks.length,
    text: heading,
  }));
  const withoutCode = prose.replaceAll(INLINE_CODE, "");
  const anchors = new Set([
    ...anchorsOf(headings.map((heading) => heading.text)),
    ...captures(withoutCode, HTML_ANCHOR),
  ]);
  const links = [INLINE_LINK, REFERENCE, HTML_LINK].flatMap((form) => captures(withoutCode, form));
  return { headings, anchors, links };
}

function captures(text: string, form: RegExp): string[] {
  return [...text.matchAll(form)].flatMap((match) => match.slice(1).filter((part) => part !== undefined));
}

/** The anchors GitHub gives to headings: the second of two alike ends in `-1`, and so on. */
function anchorsOf(headings: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return headings.map((heading) => {
    const anchor = heading
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
      .replaceAll(" ", "-");
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}
