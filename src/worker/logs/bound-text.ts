/** Characters (UTF-16 units) of a line's message at most: any sensible one, and most tables `console.table` draws. */
export const MAX_MESSAGE_CHARACTERS = 8192;

/**
 * Cuts a text that is too long and says by how much: `abc… 17 more characters`.
 * @param maxCharacters The most the result may have, its note included; never cut below the note itself.
 */
export function boundText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const kept = Math.max(0, maxCharacters - `… ${text.length} more characters`.length);
  return `${copy(text.slice(0, kept))}… ${text.length - kept} more characters`;
}

/** A slice of a string keeps the whole string in memory in V8, and a line may wait long: its text must not. */
function copy(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}
