/** Characters kept of one line: what fits a log line with a note on what was left out. */
const MAX_LINE_CHARACTERS = 8000;

/**
 * Makes lines of text that comes in pieces. A line ends at `\n` or `\r`; blank ones are left out; of an overlong
 * one the beginning is kept, and only that in memory.
 */
export class LineSplitter {
  readonly #write: (line: string) => void;
  #line = "";
  #leftOut = 0;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  push(text: string): void {
    const lineEnd = /[\r\n]/g;
    let start = 0;
    for (let match = lineEnd.exec(text); match !== null; match = lineEnd.exec(text)) {
      this.#append(text, start, match.index);
      this.flush();
      start = lineEnd.lastIndex;
    }
    this.#append(text, start, text.length);
  }

  /** Writes the line that has begun, if any, as if it had ended. */
  flush(): void {
    const line = this.#leftOut === 0 ? this.#line : `${this.#line}… ${this.#leftOut} more characters`;
    this.#line = "";
    this.#leftOut = 0;
    if (line !== "") this.#write(line);
  }

  #append(text: string, start: number, end: number): void {
    const kept = Math.min(end - start, MAX_LINE_CHARACTERS - this.#line.length);
    this.#line += text.slice(start, start + kept);
    this.#leftOut += end - start - kept;
  }
}
