/** What a source file imports. */
export interface Import {
  readonly specifier: string;
  /** Written `import type` or `export type`: nothing is left of it at run time. */
  readonly isTypeOnly: boolean;
}

/**
 * One match per comment, template, regular expression, import and string, whichever begins first: what looks like an
 * import within one of the others is thereby passed over.
 */
const TOKEN = new RegExp(
  [
    String.raw`\/\/.*`,
    String.raw`\/\*[\s\S]*?\*\/`,
    String.raw`${"`"}(?:\\[\s\S]|[^\\${"`"}])*${"`"}`,
    String.raw`\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*`,
    String.raw`\b(?:import|export)\s+(?<type>type\s+)?(?:[\w$*{},\s]+?\sfrom\s+)?["'](?<from>[^"'\n]+)["']`,
    String.raw`\bimport\s*\(\s*["'](?<dynamic>[^"'\n]+)["']`,
    String.raw`"(?:\\.|[^"\\\n])*"`,
    String.raw`'(?:\\.|[^'\\\n])*'`,
  ].join("|"),
  "g",
);

/** Reads the imports off TypeScript source: static ones, re-exports and `import()` of a literal. */
export function readImports(source: string): Import[] {
  return [...source.matchAll(TOKEN)].flatMap(({ groups }) => {
    const specifier = groups?.["from"] ?? groups?.["dynamic"];
    return specifier === undefined ? [] : [{ specifier, isTypeOnly: groups?.["type"] !== undefined }];
  });
}
