import type { EntryKey } from "@stockpile/core/plugin";

/** Between prefix and category. A prefix neither holds two colons in a row nor ends with one. */
const PREFIX_END = "::";

/** Between category and key. No category holds one. */
const CATEGORY_END = ":";

/** What `MATCH` takes for more than itself. */
const GLOB_CHARACTERS = /[*?[\]\\]/g;

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The names of entries in Redis: `<prefix>::<category>:<key>`.
 *
 * The first `::` ends the prefix and the first `:` after it the category, so every name belongs to one prefix and one
 * category alone, also where one prefix or category begins like another.
 */
export class KeySpace {
  /** What every name begins with, and no name of another prefix. */
  readonly base: string;

  /** @param prefix as `parseParameters` lets it pass. */
  constructor(prefix: string) {
    this.base = `${prefix}${PREFIX_END}`;
  }

  nameOf({ category, key }: EntryKey): string {
    return `${this.base}${category}${CATEGORY_END}${key}`;
  }

  /** The pattern that matches the names of one category, and no others. */
  patternOf(category: string): string {
    return `${this.#startOf(category).replace(GLOB_CHARACTERS, "\\$&")}*`;
  }

  /** Whose name that is; `undefined` for one that is no entry's of this prefix. */
  parse(name: Buffer): EntryKey | undefined {
    const text = decode(name);
    if (text?.startsWith(this.base) !== true) return undefined;
    const categoryEnd = text.indexOf(CATEGORY_END, this.base.length);
    if (categoryEnd <= this.base.length || categoryEnd + 1 === text.length) return undefined;
    return { category: text.slice(this.base.length, categoryEnd), key: text.slice(categoryEnd + 1) };
  }

  /** The key of a name that matched the pattern of its category; `undefined` for one that no host wrote. */
  keyWithin(category: string, name: Buffer): string | undefined {
    const start = this.#startOf(category);
    const text = decode(name);
    return text === undefined || text.length === start.length ? undefined : text.slice(start.length);
  }

  #startOf(category: string): string {
    return `${this.base}${category}${CATEGORY_END}`;
  }
}

/** `undefined` where the bytes are no UTF-8: names of our entries are. */
function decode(name: Buffer): string | undefined {
  try {
    return UTF8.decode(name);
  } catch {
    return undefined; // told so by the decoder's only error
  }
}
