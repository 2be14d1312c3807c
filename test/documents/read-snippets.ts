/** Reads the fenced blocks of a document, and what is said of each in a comment above it. */

/** What a comment above a block says it is: see CONTRIBUTING.md, "Documents". */
export type MarkName = "file" | "output" | "serves" | "run by" | "not run";

export interface Mark {
  readonly name: MarkName;
  readonly text: string;
}

export interface Snippet {
  /** Empty where the fence names none. */
  readonly language: string;
  readonly code: string;
  /** The line its code begins at, from 1. */
  readonly line: number;
  readonly mark: Mark | undefined;
  /** The file it is, where its mark says so. */
  readonly file: string | undefined;
}

const BLOCK =
  /(?:^<!-- (file|output|serves|run by|not run): ([^\n]+?) -->\n\n?)?^(`{3,}|~{3,})([^\n]*)\n(.*?)^\3$/gms;

/** Every fenced block of a Markdown text, in order. */
export function readSnippets(markdown: string): Snippet[] {
  return [...markdown.matchAll(BLOCK)].map(
    ({ 0: whole, 1: name, 2: text = "", 3: fence = "", 4: language = "", 5: code = "", index }) => {
      const before = markdown.slice(0, index + whole.indexOf(fence));
      // The expression admits no other name.
      const mark = name === undefined ? undefined : { name: name as MarkName, text };
      const file = mark?.name === "file" ? mark.text : undefined;
      return { language: language.trim(), code, line: before.split("\n").length + 1, mark, file };
    },
  );
}
