/** Rejections that nobody handled, since the last time somebody asked. */
const reasons: unknown[] = [];

process.on("unhandledRejection", (reason, promise) => {
  reasons.push(reason);
  // From here on it is the model's to report, not the test runner's: a planted bug may leave one.
  promise.catch(() => {});
});

/** Answers what was rejected and left to nobody, once. */
export function takeUnhandled(): unknown[] {
  return reasons.splice(0);
}
