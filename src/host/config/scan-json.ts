/**
 * Finds out where things stand in a JSON text: the line of every key, keys written twice, and, in a text that is not
 * JSON, the line and column at which it stops being so. Values come from `JSON.parse`, which tells none of this: on
 * Node 20 most of its errors have no position, and of two equal keys it keeps the last.
 */
import type { ConfigPath } from "./format-path.js";
import { MAX_DEPTH } from "./json-value.js";

/** A value's place in the text. */
export interface JsonNode {
  /** Of its key, or where it has none of the value itself; from 1. */
  readonly line: number;
  /** The values within it, by key or index. Of equal keys the last. */
  readonly children?: ReadonlyMap<string | number, JsonNode>;
}

/** What a scan yields: the places of all values, or where and why it stopped. */
export type JsonScan =
  | { readonly root: JsonNode; readonly duplicates: readonly ConfigPath[] }
  | { readonly line: number; readonly column: number; readonly problem: string };

/** Scans a JSON text. A text nested deeper than `MAX_DEPTH` is a problem. */
export function scanJson(text: string): JsonScan {
  const scanner = new JsonScanner(text);
  try {
    return { root: scanner.scan(), duplicates: scanner.duplicates };
  } catch (error) {
    if (!(error instanceof ScanStop)) throw error;
    return { ...scanner.position, problem: error.message };
  }
}

const BLANKS = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
/** All but the quotation mark that ends it and the backslash that begins an escape; control characters are barred. */
const STRING_PART = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Ends a scan from any depth of it. Never leaves this file. */
class ScanStop extends Error {}

class JsonScanner {
  readonly duplicates: ConfigPath[] = [];
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get position(): { line: number; column: number } {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  scan(): JsonNode {
    this.#skipBlanks();
    const root = this.#value([], this.#line);
    if (this.#at < this.#text.length) this.#stop("the end of the file");
    return root;
  }

  /** Passes over a value and the blanks after it. */
  #value(path: ConfigPath, line: number): JsonNode {
    const children = this.#children(path);
    this.#skipBlanks();
    return children === undefined ? { line } : { line, children };
  }

  #children(path: ConfigPath): Map<string | number, JsonNode> | undefined {
    const character = this.#text[this.#at];
    if (character === "{" || character === "[") {
      if (path.length >= MAX_DEPTH) this.#stop(`at most ${MAX_DEPTH} levels of nesting`);
      this.#at++;
      this.#skipBlanks();
      return character === "{" ? this.#properties(path) : this.#items(path);
    }
    if (character === '"') this.#string();
    else if (this.#take(NUMBER) === "" && this.#take(WORD) === "") this.#stop("a value");
    return undefined;
  }

  #properties(path: ConfigPath): Map<string, JsonNode> {
    const properties = new Map<string, JsonNode>();
    if (this.#takeCharacter("}")) return properties;
    do {
      this.#skipBlanks();
      const line = this.#line;
      if (this.#text[this.#at] !== '"') this.#stop("a key in double quotation marks");
      const key = this.#string();
      const at = [...path, key];
      if (properties.has(key)) this.duplicates.push(at);
      this.#skipBlanks();
      if (!this.#takeCharacter(":")) this.#stop('":" after the key');
      this.#skipBlanks();
      properties.set(key, this.#value(at, line));
    } while (this.#takeCharacter(","));
    if (!this.#takeCharacter("}")) this.#stop('"," or "}" after the value');
    return properties;
  }

  #items(path: ConfigPath): Map<number, JsonNode> {
    const items = new Map<number, JsonNode>();
    if (this.#takeCharacter("]")) return items;
    do {
      this.#skipBlanks();
      items.set(items.size, this.#value([...path, items.size], this.#line));
    } while (this.#takeCharacter(","));
    if (!this.#takeCharacter("]")) this.#stop('"," or "]" after the value');
    return items;
  }

  #string(): string {
    const start = this.#at++;
    do this.#take(STRING_PART);
    while (this.#take(ESCAPE) !== "");
    if (this.#text[this.#at] === "\\") this.#stop("an escape that JSON knows");
    if (!this.#takeCharacter('"')) this.#stop('the string to end with "');
    // The text between is a JSON string by the patterns above.
    return String(JSON.parse(this.#text.slice(start, this.#at)));
  }

  #skipBlanks(): void {
    const start = this.#at;
    this.#take(BLANKS);
    for (let at = start; at < this.#at; at++) {
      if (this.#text[at] !== "\n") continue;
      this.#line++;
      this.#lineStart = at + 1;
    }
  }

  #takeCharacter(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  /** Passes over what the pattern matches here and answers it. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += match.length;
    return match;
  }

  #stop(expected: string): never {
    throw new ScanStop(`expected ${expected}: found ${this.#found()}`);
  }

  #found(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) return "the end of the file";
    const character = String.fromCodePoint(code);
    const shown = JSON.stringify(character);
    if (character === "/" || character === "#") return `${shown} (JSON has no comments)`;
    if (character === "'") return `${shown} (JSON knows double quotation marks only)`;
    const isAfterComma = /,\s*$/.test(this.#text.slice(Math.max(0, this.#at - 1000), this.#at));
    return (character === "}" || character === "]") && isAfterComma
      ? `${shown} (JSON has no comma after the last)`
      : shown;
  }
}
