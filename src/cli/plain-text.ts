import { DIRECTION_MARKS } from "./direction-marks.js";

/** Control characters, and marks that turn the direction of writing: a plugin's text must not drive the terminal. */
const UNPRINTABLE = new RegExp(`[\\p{Cc}${DIRECTION_MARKS}]+`, "gu");

/** `text` on one line, fit for a terminal, and cut to `maxCharacters`. */
export function plainText(text: string, maxCharacters: number): string {
  const line = text.replace(UNPRINTABLE, " ").trim();
  return line.length <= maxCharacters ? line : `${line.slice(0, maxCharacters - 1)}…`;
}
