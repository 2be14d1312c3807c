import type { Logger } from "../../contract/context.js";
import { captureConsole } from "./capture-console.js";
import { captureUncaught } from "./capture-uncaught.js";
import { LogOutbox, type SendLines } from "./log-outbox.js";
import { createWorkerLogger } from "./worker-logger.js";

/** The logs of a thread. */
export interface WorkerLogs {
  /** The plugin's logger. */
  readonly logger: Logger;
  /** Posts all there is, for the end of the thread; one that ends by itself does so by itself. */
  flush(): void;
}

/**
 * Sends everything this thread says to the host: its logger's lines, its console, its standard streams, and the
 * error it ends with. For the thread's whole life; call it once, before the plugin is imported.
 * @param level Lines below this pino level value are not made.
 */
export function startLogs(level: number, send: SendLines): WorkerLogs {
  const outbox = new LogOutbox(send);
  const logger = createWorkerLogger({ outbox, level });
  const capture = captureConsole(logger);
  const flush = (): void => {
    capture.flush();
    outbox.flush();
  };
  captureUncaught(logger, flush);
  return { logger, flush };
}
