/** After so long somebody wonders whether anything happens. */
const QUIET_MS = 500;
/** Moves the cursor to the beginning of the line, and clears the line. */
const ERASE = "\r\u001b[K";

/** Waits for `work`; on a terminal it says meanwhile what is under way, and erases that in the end. */
export async function withProgress<T>(text: string, work: Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work;
  const startedAt = performance.now();
  let isShown = false;
  const timer = setInterval(() => {
    isShown = true;
    process.stderr.write(`${ERASE}${text}… ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }, QUIET_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (isShown) process.stderr.write(ERASE);
  }
}
