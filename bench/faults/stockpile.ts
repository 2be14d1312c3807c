import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { Stockpile } from "@stockpile/core";
import type { Fault } from "./misbehave.js";
import type { Get } from "./sufferer.js";

/** A plugin in a thread with the same backend. Its only setting is for how long a call may take. */
export async function stockpile(fault: Fault, limitMs: number): Promise<Get> {
  const module = fileURLToPath(new URL("../fixtures/faulty-plugin.js", import.meta.url));
  const opened = await Stockpile.open(
    {
      plugins: { faulty: { module, startup: "required", options: { fault }, limits: { call: limitMs } } },
      storage: { plugin: "faulty" },
    },
    { logger: pino({ level: "silent" }) },
  );
  const category = opened.category<string>("c", { ttl: "1m" });
  return (key, load) => category.get(key, { load });
}
