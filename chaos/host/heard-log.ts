/** What a stage's log was told, as far as faults are about it: pino writes here. */
import type { Heard } from "../faults/heard.js";

/** Only so much of a line is kept: it may have millions of characters. */
const MAX_CHARACTERS = 100;

/** How the host tells of lines that a process has printed beyond what is taken. */
const OF_OUTPUT = /^Lines of output dropped: (\d+)/;

export class HeardLog implements Heard {
  /** How many lines there were, by their message. */
  readonly #counts = new Map<string, number>();
  #dropped = 0;
  #longest = 0;

  get dropped(): number {
    return this.#dropped;
  }

  get longest(): number {
    return this.#longest;
  }

  write(text: string): void {
    const { msg = "", dropped = 0 } = JSON.parse(text) as { msg?: string; dropped?: number }; // as pino writes it
    const message = msg.slice(0, MAX_CHARACTERS);
    this.#counts.set(message, (this.#counts.get(message) ?? 0) + 1);
    this.#dropped += dropped + Number(OF_OUTPUT.exec(message)?.[1] ?? 0);
    this.#longest = Math.max(this.#longest, text.length);
  }

  lines(start: string): number {
    return [...this.#counts].reduce(
      (sum, [message, count]) => sum + (message.startsWith(start) ? count : 0),
      0,
    );
  }
}
