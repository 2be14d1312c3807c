/** Where a running server writes: one stream to stdout for its banner and its logs, in order. */
import { pino } from "pino";
import type { Logger } from "pino";

import { errorReason } from "./plugin-build/error-reason.js";
import { printableLine } from "./printable-line.js";
import { reportFailure } from "./report-failure.js";

/** What {@link openOutput} is told. */
export interface OutputOptions {
  readonly level: string;
  /** Readable lines rather than JSON. */
  readonly isHuman: boolean;
  readonly isColoured: boolean;
}

/** The stream and the logger on it. */
export interface Output {
  readonly logger: Logger;
  /** Writes text as it is. */
  print(text: string): void;
  /** Resolves once everything has been written, or after {@link FLUSH_LIMIT_MS}: the reader may have stalled. */
  flush(): Promise<void>;
}

/** Characters kept for a reader that does not read; what comes after is dropped. The cache goes on meanwhile. */
const MAX_BUFFERED_CHARACTERS = 8 * 1024 * 1024;
/** Of the last lines, for a reader that does read, many times what they take. */
export const FLUSH_LIMIT_MS = 500;

/**
 * Opens stdout.
 * @throws {Error} `ERR_MODULE_NOT_FOUND`: readable lines are wanted, and the package for them is not installed.
 */
export async function openOutput({ level, isHuman, isColoured }: OutputOptions): Promise<Output> {
  const destination = pino.destination({
    fd: 1,
    // Writing in the background: a pipe nobody reads must not hold the cache.
    sync: false,
    // With 0, `flush` would not wait.
    minLength: 1,
    maxLength: MAX_BUFFERED_CHARACTERS,
  });
  let isLost = false;
  // A disk that is full of logs must not end the cache. What waits is given up: at the exit of the process sonic-boom
  // would try to write it for ever.
  destination.on("error", (error: Error) => {
    if (isLost) return;
    isLost = true;
    destination.destroy();
    const reason = `${errorReason(error)}: nothing more is written there`;
    reportFailure(new Error(`Cannot write to stdout: ${reason}`, { cause: error }));
  });
  const write = (text: string): void => {
    if (!isLost) destination.write(text);
  };
  const format = isHuman ? await createFormat(isColoured) : (line: string) => line;
  return {
    logger: pino({ level }, { write: (line) => write(format(line)) }),
    print: write,
    flush: () =>
      new Promise((resolve) => {
        if (isLost) return resolve();
        const timer = setTimeout(resolve, FLUSH_LIMIT_MS);
        destination.flush(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

async function createFormat(isColoured: boolean): Promise<(line: string) => string> {
  // Loaded only where it is used. Not as a pino transport: that is a thread more, which may lose the last lines.
  const { prettyFactory } = await import("pino-pretty");
  const format = prettyFactory({
    colorize: isColoured,
    translateTime: "SYS:HH:MM:ss.l",
    ignore: "pid,hostname",
    singleLine: true,
  });
  return (line) => format(printableLine(line));
}
