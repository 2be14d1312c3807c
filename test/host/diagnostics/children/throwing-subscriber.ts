/** Uses a cache whose subscribers throw, and prints what its calls answered and what Node made of the subscribers. */
import { AsyncLocalStorage } from "node:async_hooks";
import { channel, tracingChannel } from "node:diagnostics_channel";
import { pino } from "pino";
import { Stockpile } from "@stockpile/core";

const uncaught = new Set<string>();
process.on("uncaughtException", (error) => uncaught.add(error.message));

function fail(what: string): () => never {
  return () => {
    throw new Error(what);
  };
}

const operations = tracingChannel("stockpile:operation");
operations.start.subscribe(fail("start"));
operations.asyncEnd.subscribe(fail("asyncEnd"));
tracingChannel("stockpile:load").start.bindStore(new AsyncLocalStorage(), fail("transform"));
channel("stockpile:plugin").subscribe(fail("state"));

const stockpile = await Stockpile.open({}, { logger: pino({ level: "silent" }) });
const players = stockpile.category<string>("player", { load: (key) => `loaded ${key}` });
const values = [await players.get("a"), await players.get("a"), (await players.set("b", "set")) ?? null];
await stockpile.close();

const order = ["start", "asyncEnd", "transform", "state"];
console.log(JSON.stringify({ values, uncaught: order.filter((what) => uncaught.has(what)) }));
