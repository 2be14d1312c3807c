/** Characters of a key in a message: enough to recognise it. */
const MAX_CHARACTERS = 64;

/** A key for a message, quoted and cut. */
export function quoteKey(key: string): string {
  return JSON.stringify(key.length <= MAX_CHARACTERS ? key : `${key.slice(0, MAX_CHARACTERS - 1)}…`);
}
