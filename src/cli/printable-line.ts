import { DIRECTION_MARKS } from "./direction-marks.js";

/** One escape of JSON, and what JSON leaves as it is: DEL, the upper control characters, marks of direction. */
const ESCAPE_OR_RAW = new RegExp(`\\\\(?:u[0-9a-fA-F]{4}|.)|[\\x7f-\\x9f${DIRECTION_MARKS}]`, "gu");
/** Escapes that mean something fit to be shown; a stack trace has line breaks. */
const SHOWN: RegExp = /^\\(?:["\\/nt]|u(?!00[01]|007f|00[89]))/i;

/**
 * A JSON log line whose texts, once decoded, do not drive a terminal: control characters become `\ufffd`. Plugins
 * write log lines too.
 */
export function printableLine(line: string): string {
  return line.replace(ESCAPE_OR_RAW, (found) => (SHOWN.test(found) ? found : "\ufffd"));
}
