/**
 * What V8 and Node print on the standard error of a process that has run out of memory, before they abort it. There
 * is no other sign of it: the signal alone may mean anything.
 */
const EVIDENCE =
  /JavaScript heap out of memory|Fatal JavaScript invalid size error|Fatal process out of memory|Allocation failed - process out of memory/;

/** Characters of standard error looked at: V8's message, with the stack that follows it, fits several times. */
const TAIL_CHARACTERS = 16_384;

/** Keeps the last of what a process wrote on its standard error, to look for that. */
export class ErrorTail {
  #text = "";

  push(text: string): void {
    this.#text = (this.#text + text).slice(-TAIL_CHARACTERS);
  }

  get saysOutOfMemory(): boolean {
    return EVIDENCE.test(this.#text);
  }
}
