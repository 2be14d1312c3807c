/** An HTTP server with a read-through cache. The path of the configuration is its argument, PORT its port. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Stockpile } from "@stockpile/core";
import { createHandler } from "./create-handler.js";
import { findProduct } from "./find-product.js";
import type { Product } from "./find-product.js";

/** How long requests under way may take once the server is told to stop, in ms. */
const DRAIN_MS = 3000;
/** How often connections are closed then that have become idle, in ms. */
const SWEEP_MS = 50;

const [configPath = "stockpile.json"] = process.argv.slice(2);

const stockpile = await Stockpile.open(configPath);
const products = stockpile.category<Product>("product", {
  load: (id, { signal }) => findProduct(id, signal),
});

const handle = createHandler(stockpile, products);
const server = createServer((request, response) => void handle(request, response));
server.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1");
await once(server, "listening");
// A server that listens on a port has an address of this form.
console.log(`Listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);

await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
// First the requests, then what they need.
server.close();
const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
await once(server, "close");
clearInterval(sweep);
clearTimeout(cut);
const { abandonedThreads } = await stockpile.close();
console.log("Stopped");
// A thread that is stuck in the kernel would keep the process from exiting by itself.
if (abandonedThreads > 0) process.kill(process.pid, "SIGKILL");
