import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import { until } from "../../support/until.js";
import type { Order, Report } from "./fixtures/host.js";

const SCRIPT = fileURLToPath(new URL("fixtures/host.js", import.meta.url));

/** A host in a process of its own. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #reports: Report[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (report: Report) => void this.#reports.push(report));
  }

  /**
   * Starts one and waits until it is open.
   * @param entries keys it stores something under first.
   */
  static async start(
    t: ExecutionContext,
    config: object,
    entries: readonly string[] = [],
  ): Promise<HostProcess> {
    const child = fork(SCRIPT, [JSON.stringify({ config, entries })]);
    t.teardown(() => child.kill("SIGKILL"));
    const host = new HostProcess(child);
    await host.#report();
    return host;
  }

  async do(order: Order): Promise<Report> {
    const report = this.#report();
    this.#child.send(order);
    return report;
  }

  /** Has it close in good order. */
  async end(): Promise<number | null> {
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    const [code] = (await ended) as [number | null];
    return code;
  }

  #report(): Promise<Report> {
    return until("a report of the host process", () => {
      if (this.#child.exitCode !== null) throw new Error("The host process has ended");
      return this.#reports.shift();
    });
  }
}
