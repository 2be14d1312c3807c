/** An error in the words of a history: its name and its message. */
export function errorText(error: unknown): string {
  return String(error);
}
