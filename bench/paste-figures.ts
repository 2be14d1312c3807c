/** What a document wants, between a mark and its end: all tables of a question, or the one of that title. */
const MARKED =
  /(?<begin><!-- figures: (?<name>[a-z-]+)(?:\/(?<title>[^\n]*?))? -->\n)(?<present>[^]*?)(?<end><!-- \/figures -->)/g;

/**
 * A document with its figures replaced, wherever `<!-- figures: near -->` or `<!-- figures: near/Get, awaited -->`
 * and `<!-- /figures -->` enclose them. Figures of questions that were not asked stay.
 * @param find Answers the figures of a question, or of one of its tables, as Markdown; it is told those there are.
 * @throws {Error} the question was asked and has no such table.
 */
export function pasteFigures(
  document: string,
  find: (name: string, title: string | undefined, present: string) => string | undefined,
): string {
  return document.replaceAll(MARKED, (marked: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as {
      begin: string;
      name: string;
      title?: string;
      present: string;
      end: string;
    }; // of the pattern
    const figures = find(groups.name, groups.title, groups.present);
    return figures === undefined ? marked : `${groups.begin}\n${figures}\n\n${groups.end}`;
  });
}
