/**
 * How the process of a server ends, and within which time.
 *
 * SIGTERM and SIGINT ask for an orderly stop, and so does an exception nobody caught, after which the process cannot
 * be trusted. From then on the process ends within the limit, in one of three ways: in order; by `SIGKILL` to itself
 * when the limit has passed or a second signal comes; by the watchdog, another process, when not even that happens.
 * An end that is not in order is always SIGKILL, never `process.exit`, which waits for threads that may be stuck in
 * the kernel.
 */
import type { Output } from "./open-output.js";
import { startWatchdog } from "./start-watchdog.js";

/** What a stop may take until the configuration is known: what `docker stop` allows. */
const START_LIMIT_MS = 10_000;
/** How much later than the limit the watchdog kills: time to write the last line. */
const WATCHDOG_GRACE_MS = 1_000;
/** How long `process.exit` may take: it waits for threads to end, which takes milliseconds or for ever. */
const EXIT_LIMIT_MS = 2_000;

/** Waits for the request to end, for the rest of the process, and ends it. */
export class ProcessEnd {
  /** Resolves with the exit code of an orderly end: 0 after a signal, 1 after an exception. */
  readonly requested: Promise<number>;
  /** How long the end may take. Read when it is requested. */
  limitMs: number = START_LIMIT_MS;
  readonly #output: Output;
  #resolve: (exitCode: number) => void = ignore;
  #isRequested = false;

  constructor(output: Output) {
    this.#output = output;
    this.requested = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    process.on("SIGTERM", (signal) => this.#onSignal(signal));
    process.on("SIGINT", (signal) => this.#onSignal(signal));
    process.on("uncaughtException", (error) => this.#onException(error));
  }

  /** Asks for an orderly end, as a signal to stop does. */
  stop(signal: NodeJS.Signals): void {
    this.#onSignal(signal);
  }

  /** Writes what is still to be written and exits; never resolves. The exit status is 137 if a thread is stuck. */
  async exit(exitCode: number): Promise<void> {
    // After a request there is one already.
    if (!this.#isRequested) startWatchdog(EXIT_LIMIT_MS);
    await this.#output.flush();
    process.exit(exitCode);
  }

  /** Writes the reason and ends the process at once, with exit status 137; never resolves. */
  async kill(reason: string, fields: object = {}): Promise<void> {
    this.#output.logger.fatal(fields, reason);
    await this.#output.flush();
    process.kill(process.pid, "SIGKILL");
    // Nothing may go on behind it while the signal is on its way.
    await new Promise(ignore);
  }

  #onSignal(signal: NodeJS.Signals): void {
    if (this.#isRequested) {
      void this.kill("Killing this process, as it was told to stop a second time", { signal });
      return;
    }
    this.#output.logger.info({ signal, limitMs: this.limitMs }, "Stopping");
    this.#request(0);
  }

  #onException(error: Error): void {
    this.#output.logger.fatal({ err: error }, "Stopping, as nothing caught this exception");
    if (!this.#isRequested) this.#request(1);
  }

  #request(exitCode: number): void {
    this.#isRequested = true;
    startWatchdog(this.limitMs + WATCHDOG_GRACE_MS);
    setTimeout(() => {
      void this.kill("Killing this process, as it has not stopped in time", { limitMs: this.limitMs });
    }, this.limitMs);
    this.#resolve(exitCode);
  }
}

function ignore(): void {}
