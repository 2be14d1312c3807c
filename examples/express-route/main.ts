/** An Express server that goes on answering while its upstream is down. Its argument is the configuration. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Stockpile } from "@stockpile/core";
import { createApp } from "./create-app.js";
import { fetchWeather } from "./weather.js";
import type { Weather } from "./weather.js";

const [configPath = "stockpile.json"] = process.argv.slice(2);
const upstream = process.env["UPSTREAM"] ?? "http://127.0.0.1:3001";

const stockpile = await Stockpile.open(configPath);
const weather = stockpile.category<Weather>("weather", {
  // For a day an old value is better than none, where the upstream fails or is not back within 300 ms.
  grace: "24h",
  loadSoftTimeout: "300ms",
  load: (city, { signal }) => fetchWeather(upstream, city, signal),
});

const server = createApp(stockpile, weather).listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1");
await once(server, "listening");
// A server that listens on a port has an address of this form.
console.log(`Listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);

await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
server.close();
server.closeAllConnections();
await stockpile.close();
