/** Reads the code snippets of a document. */

export interface Snippet {
  readonly language: string;
  readonly code: string;
  /** The line it begins at, from 1. */
  readonly line: number;
  /** The file it is, where a comment `<!-- file: NAME -->` above it says so. */
  readonly file: string | undefined;
}

/** Every fenced snippet of a Markdown text, in order. */
export function readSnippets(markdown: string): Snippet[] {
  const fences = markdown.matchAll(/(?:^<!-- file: (\S+) -->\n\n?)?^```(\w+)\n(.*?)^```$/gms);
  return [...fences].map(({ 0: whole, 1: file, 2: language = "", 3: code = "", index }) => {
    const before = markdown.slice(0, index + whole.indexOf("```"));
    return { language, code, line: before.split("\n").length, file };
  });
}
