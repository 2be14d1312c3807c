/** What a new plugin says of itself, in place of the template's marks. */
export interface TemplateValues {
  readonly name: string;
  readonly packageName: string;
  /** For people. */
  readonly title: string;
  readonly description: string;
  /** Absent: nobody is named. */
  readonly author: string | undefined;
  /** The version of `@stockpile/core` it is written for. */
  readonly core: string;
}

/** Lines that name an author are left out where there is none. */
const AUTHOR_LINE = /^.*%AUTHOR%.*\n/gm;

/** The text of a file of the template with the values in it, as that kind of file needs them to be written. */
export function fillTemplate(file: string, text: string, values: TemplateValues): string {
  const { name, packageName, title, description, author, core } = values;
  const written: Readonly<Record<string, string>> = {
    NAME: name,
    PACKAGE: packageName,
    TITLE: title,
    DESCRIPTION: description,
    AUTHOR: author ?? "",
    CORE: core,
  };
  const escape = file.endsWith(".md") ? escapeMarkdown : escapeString;
  return (author === undefined ? text.replaceAll(AUTHOR_LINE, "") : text).replaceAll(
    /%([A-Z]+)%/g,
    (mark, word: string) => {
      const value = written[word];
      return value === undefined ? mark : escape(value);
    },
  );
}

/** Within the quotes of a string, of JSON as of TypeScript. */
function escapeString(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** So that it stays text: no link, no image, no HTML. Names are left as they are: an underscore may stand in code. */
function escapeMarkdown(value: string): string {
  return value.replaceAll(/[\\`*[\]<>|#!]/g, (mark) => `\\${mark}`);
}
