/** Characters kept: whoever catches the error finds the whole in its `cause`. */
const MAX_CHARACTERS = 512;

/** What to say of anything that was thrown, in the middle of another message. Never throws itself. */
export function thrownMessage(thrown: unknown): string {
  try {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return message.length <= MAX_CHARACTERS ? message : `${message.slice(0, MAX_CHARACTERS - 1)}…`;
  } catch {
    // Its `message` or `toString` threw in its turn.
    return "a value that cannot be read";
  }
}
