/**
 * Runs what writes a line to the embedding application's logger. A logger that throws, for want of disk space say,
 * must not reach into supervision; there is nowhere left to say so.
 */
export function logSafely(write: () => void): void {
  try {
    write();
  } catch {
    // See above: the failure is the logger's own.
  }
}
