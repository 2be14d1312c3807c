/**
 * One match per comment, template, text or regular expression, whichever begins first. A slash after a name, a number
 * or a closing bracket divides; templates within templates are not followed.
 */
const TOKEN = new RegExp(
  [
    String.raw`(?<comment>\/\/.*|\/\*[\s\S]*?\*\/)`,
    String.raw`"(?:\\[\s\S]|[^"\\\n])*"`,
    String.raw`'(?:\\[\s\S]|[^'\\\n])*'`,
    String.raw`${"`"}(?:\\[\s\S]|[^\\${"`"}])*${"`"}`,
    String.raw`(?<=(?:^|[=(,:;!&|?{}\[+\-*%~^<>\n]|\breturn|\btypeof|\bcase)[ \t]*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*`,
  ].join("|"),
  "g",
);

/**
 * Source code of the same length and lines with nothing in its comments, and `_` in place of what its texts, templates
 * and regular expressions hold: what is found in the result is code.
 */
export function maskSource(source: string): string {
  return source.replaceAll(TOKEN, (token, ...rest) => {
    // The last argument of a replacer is the named groups.
    const groups = rest.at(-1) as { readonly comment?: string };
    if (groups.comment !== undefined) return token.replaceAll(/[^\n]/g, " ");
    const [first = ""] = token;
    const end = first === "/" ? "/" : first;
    return first + token.slice(1, -1).replaceAll(/[^\n]/g, "_") + end;
  });
}
