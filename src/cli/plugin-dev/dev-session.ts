import { performance } from "node:perf_hooks";
import { startServer } from "../../server/main.js";
import type { RunningServer } from "../../server/main.js";
import { buildPlugin } from "../build-plugin.js";
import type { Output } from "../open-output.js";
import { reportFailure } from "../report-failure.js";
import { healthLine } from "./health-line.js";

export interface DevSessionOptions {
  /** The plugin's key in the configuration. */
  readonly name: string;
  /** Its folder. */
  readonly directory: string;
  /** Where it is built to, absolute. */
  readonly outFile: string;
  /** How long the import of what was built may take, in ms. */
  readonly limitMs: number;
  readonly config: object;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly output: Output;
  /** A thread could not be ended: the process will not exit by itself. */
  readonly onAbandoned: () => void;
}

/** A server with one plugin in it: started by the first build that passes, changed by each one after. */
export class DevSession {
  readonly #options: DevSessionOptions;
  #server: RunningServer | undefined;

  constructor(options: DevSessionOptions) {
    this.#options = options;
  }

  /** How long the end of the server may take, in ms; `undefined` while there is none. */
  get stopMs(): number | undefined {
    return this.#server?.config.stop;
  }

  /** Builds the plugin and puts the build to use. What does not pass is told, and what runs goes on. Never rejects. */
  async take(): Promise<void> {
    const startedAt = performance.now();
    try {
      const { directory, outFile, limitMs, onAbandoned } = this.#options;
      await buildPlugin(directory, { out: outFile, sourcemap: true, limitMs, onAbandoned });
      if (this.#server === undefined) await this.#start();
      else await this.#reload(this.#server, startedAt);
      this.tellHealth();
    } catch (error) {
      reportFailure(error);
      if (this.#server !== undefined) this.#options.output.print("The former build goes on\n");
    }
  }

  /** Prints how the plugin does. */
  tellHealth(): void {
    const health = this.#server?.stockpile.health().plugins.find(({ name }) => name === this.#options.name);
    if (health !== undefined) this.#options.output.print(`${healthLine(health)}\n`);
  }

  /** Ends the server, if there is one. */
  async close(): Promise<{ readonly abandonedThreads: number }> {
    return (await this.#server?.close()) ?? { abandonedThreads: 0 };
  }

  async #start(): Promise<void> {
    const { config, host, port, output } = this.#options;
    const server = await startServer({
      config,
      logger: output.logger,
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
    });
    this.#server = server;
    server.stockpile.on("plugin", () => this.tellHealth());
    const { url } = server.address;
    output.print(`Plugin ${this.#options.name} is served on ${url}, until Ctrl-C
  curl -X PUT --data-binary hello ${url}/cache/try/one
  curl ${url}/cache/try/one
`);
  }

  async #reload({ stockpile }: RunningServer, startedAt: number): Promise<void> {
    const { name, output } = this.#options;
    await stockpile.plugins.reload(name);
    output.print(`The change was in use after ${Math.round(performance.now() - startedAt)} ms\n`);
  }
}
