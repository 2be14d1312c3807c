import { Console } from "node:console";
import { Writable } from "node:stream";
import { captureWrites } from "./capture-writes.js";
import type { LogLevelName } from "./log-levels.js";
import type { WorkerLogger } from "./worker-logger.js";

/** The thread's console and standard streams, taken over. */
export interface ConsoleCapture {
  /** Logs what was written to the streams without a line end: for a thread about to end. */
  flush(): void;
  /** Puts everything back as it was. */
  restore(): void;
}

/** Levels of the console's methods; `undefined` for `info`. */
const METHOD_LEVELS: Readonly<Record<string, LogLevelName>> = {
  debug: "debug",
  trace: "trace",
  warn: "warn",
  error: "error",
  assert: "error",
};
/** Methods that do nothing but print, and so need not run when the line would not travel. */
const PRINTING_METHODS: ReadonlySet<string> = new Set([
  "log",
  "info",
  "debug",
  "trace",
  "warn",
  "error",
  "dir",
  "dirxml",
  "table",
]);

/**
 * Sends `console`, `process.stdout.write()` and `process.stderr.write()` to `logger`. A call of the console is one
 * line, however many it would have printed, with `stream: "console"` and the method's level; what is written to a
 * stream is a line per line, with `stream: "stdout"` at `info` or `stream: "stderr"` at `error`. Call it before the
 * plugin is imported, so that nothing has kept the former methods.
 */
export function captureConsole(logger: WorkerLogger): ConsoleCapture {
  const restoreConsole = captureMethods(logger.child({ stream: "console" }));
  const toStdout = logger.child({ stream: "stdout" });
  const toStderr = logger.child({ stream: "stderr" });
  const stdout = captureWrites(process.stdout, (line) => toStdout.info(line));
  const stderr = captureWrites(process.stderr, (line) => toStderr.error(line));
  return {
    flush: () => {
      stdout.flush();
      stderr.flush();
    },
    restore: () => {
      restoreConsole();
      stdout.restore();
      stderr.restore();
    },
  };
}

/** Node's own console does the formatting, groups, counts and timers, each in one write. */
function captureMethods(logger: WorkerLogger): () => void {
  let level: LogLevelName = "info";
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      logger[level](text.slice(0, -1)); // All but the line end, of which a call writes one.
      done();
    },
  });
  const printer = new Console({ stdout: stream, stderr: stream, ignoreErrors: false, colorMode: false });
  const originals = new Map<string, unknown>();

  for (const [name, print] of Object.entries(printer)) {
    const original: unknown = Reflect.get(console, name);
    if (typeof print !== "function" || typeof original !== "function") continue;
    originals.set(name, original);
    const ownLevel = METHOD_LEVELS[name] ?? "info";
    const isPrinting = PRINTING_METHODS.has(name);
    const replacement = (...parameters: unknown[]): void => {
      if (isPrinting && !logger.admits(ownLevel)) return;
      const outerLevel = level; // An object's `util.inspect.custom` may print too.
      level = ownLevel;
      try {
        Reflect.apply(print, printer, parameters);
      } finally {
        level = outerLevel;
      }
    };
    Reflect.set(console, name, replacement);
  }
  return () => void Object.assign(console, Object.fromEntries(originals));
}
