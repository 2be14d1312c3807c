/** A host with plugins in processes that are at different things, to be killed in the middle of them. */
import { pino } from "pino";
import { Stockpile } from "../../../src/host/main.js";
import { until } from "../../support/until.js";

export interface HostInput {
  /** `file:` URL of a plugin that never ends its import. */
  readonly importer: string;
  /** What another plugin is asked to do, see test/fixtures/reckless.ts. */
  readonly fault: string;
}

const FAULTY = new URL("../../fixtures/faulty.js", import.meta.url).href;
const RECKLESS = new URL("../../fixtures/reckless.js", import.meta.url).href;
/** Those that are to be there when it is killed. */
const PATIENT = { start: "60s", call: "60s", hang: "60s" };
/** One that never starts is replaced again and again. */
const IMPATIENT = { start: "2s" };
const { importer, fault } = JSON.parse(process.argv[2] ?? "") as HostInput;

const plugin = (backend: string, rest: object = {}): object => ({
  module: FAULTY,
  isolation: "process",
  startup: "required",
  options: { backend },
  limits: PATIENT,
  ...rest,
});
const stored = (name: string): object => ({ storage: { plugin: name } });
const stockpile = await Stockpile.open(
  {
    plugins: {
      spinner: plugin("spinner", { spare: true }),
      idle: plugin("idle"),
      writer: plugin("writer"),
      reckless: plugin("reckless", { module: RECKLESS }),
      importer: {
        module: importer,
        isolation: "process",
        limits: IMPATIENT,
        restart: { burst: 0, backoff: 0 },
      },
    },
    near: false,
    storage: { plugin: "idle" },
    categories: { spinner: stored("spinner"), writer: stored("writer"), reckless: stored("reckless") },
  },
  { logger: pino({ level: "silent" }) },
);
await until("the spare", () => stockpile.health().plugins[0]?.spare === "ready", 60_000);
void stockpile.category("spinner").get("spin:1");
void stockpile.category("reckless").get(`${fault}:1`);
const written = stockpile.category<Uint8Array>("writer", { codec: "bytes" });
const value = new Uint8Array(1_000_000);
await written.set("key", value);
console.log(JSON.stringify({ isReady: true }));
for (let index = 0; ; index += 1) await written.set(`key ${index % 8}`, value);
