/** Stands for a slow service on the network: `GET /<city>` answers its weather. Stop it, and there is an outage. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const latencyMs = Number(process.env["LATENCY_MS"] ?? 100);
let readings = 0;

const server = createServer((request, response) => {
  setTimeout(() => {
    readings += 1;
    const city = decodeURIComponent((request.url ?? "/").slice(1));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ city, celsius: 10 + (readings % 20), reading: readings }));
  }, latencyMs);
});
server.listen(Number(process.env["PORT"] ?? 3001), "127.0.0.1", () => {
  // A server that listens on a port has an address of this form.
  console.log(`Weather at http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
