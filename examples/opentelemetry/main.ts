/** Traces a cache by OpenTelemetry and prints the spans. Its argument is the configuration. */
import { context } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { Stockpile } from "@stockpile/core";
import { formatSpans } from "./format-spans.js";
import { StoreContextManager } from "./store-context-manager.js";
import { traceStockpile } from "./trace-stockpile.js";

interface Player {
  readonly id: string;
  readonly name: string;
}

const [configPath = "stockpile.json"] = process.argv.slice(2);

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer("opentelemetry-example");
const contexts = new StoreContextManager();
context.setGlobalContextManager(contexts);
traceStockpile(tracer, contexts.store);

const stockpile = await Stockpile.open<{ player: Player }>(configPath);
const players = stockpile.category("player", { load: findPlayer });

await request("first request", () => players.get("ada"));
await request("second request", () => players.get("ada"));
await request("many at once", () => players.getMany(["ada", "grace"]));
await request("source down", () => players.get("nobody"));

await stockpile.close();
await provider.shutdown();

/** Stands for a request of a server. */
async function request(name: string, handle: () => Promise<unknown>): Promise<void> {
  await tracer.startActiveSpan(name, async (span) => {
    await handle().catch(() => undefined);
    span.end();
  });
  // What follows from a request without being waited for, such as storing what was loaded, has its own time.
  while ((stockpile.health().plugins[0]?.calls.inFlight ?? 0) > 0) await new Promise(setImmediate);
  console.log(formatSpans(exporter.getFinishedSpans()));
  exporter.reset();
}

/** Stands for the slow source behind a cache. Its own spans belong to the load. */
async function findPlayer(id: string): Promise<Player> {
  return tracer.startActiveSpan("SELECT player", async (span) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    span.end();
    if (id === "nobody") throw new Error("the database is down");
    return { id, name: id };
  });
}
