/** A process whose Stockpile is in a worker thread; prints how a plugin that spins is told of there. */
import { Worker, isMainThread, workerData } from "node:worker_threads";
import { pino } from "pino";
import { Stockpile } from "../../../src/host/main.js";
import type { PluginFailure } from "../../../src/host/main.js";

export interface HostInThreadInput {
  /** The URL of the plugin. */
  readonly faulty: string;
}

if (isMainThread) {
  const input = JSON.parse(process.argv[2] ?? "") as HostInThreadInput;
  const host = new Worker(new URL(import.meta.url), { workerData: input });
  host.on("error", (error) => {
    throw error;
  });
} else {
  const { faulty } = workerData as HostInThreadInput;
  const config = {
    plugins: { faulty: { module: faulty, limits: { hang: "1s" } } },
    storage: { plugin: "faulty" },
  };
  const stockpile = await Stockpile.open(config, { logger: pino({ level: "silent" }) });
  const failed = new Promise<PluginFailure>((resolve) => {
    stockpile.on("plugin", ({ failure }) => {
      if (failure !== undefined) resolve(failure);
    });
  });
  await stockpile.category("part").get("spin:1");
  process.stdout.write(`${JSON.stringify(await failed)}\n`);
  await stockpile.close();
}
