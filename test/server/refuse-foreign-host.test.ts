/** By which names a server may be asked. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";

import type { RunningServer } from "../../src/server/main.js";
import { openServer, withServerSection } from "./open-server.js";
import { errorOf, send } from "./send.js";
import type { Sent } from "./send.js";

const WARNING =
  "Any web page can come here by a name of its own: set server.hosts to the names of this server";

/** A server with these hosts, and what it warns of. */
async function openWith(
  t: ExecutionContext,
  section: object,
): Promise<RunningServer & { readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const write = (line: string): void => void warnings.push(String(JSON.parse(line).msg));
  const logger = pino({ level: "warn" }, { write });
  const server = await openServer(t, { config: withServerSection(section), logger });
  return { ...server, warnings };
}

/** Asks by whatever name, always at the same address. */
function askAs(host: string, { address }: RunningServer, path = "/livez"): Promise<Sent> {
  return send(`http://127.0.0.1:${address.port}`, path, { headers: { host } });
}

test("a server on a loopback address refuses any other Host with 421", async (t) => {
  const { address } = await openServer(t);
  for (const host of ["rebound.example.org", "rebound.example.org:36623", "127.0.0.1.example.org"]) {
    for (const path of ["/cache/player/x", "/health", "/nothing"]) {
      const sent = await send(address.url, path, { headers: { host } });
      t.is(sent.status, 421);
      t.is(errorOf(sent).code, "STOCKPILE_HOST_REFUSED");
    }
  }
  for (const host of ["localhost", "localhost:1", "127.0.0.1", "[::1]:36623"]) {
    t.is((await send(address.url, "/livez", { headers: { host } })).status, 200, host);
  }
});

test("a server on every address takes any Host, and warns of that once", async (t) => {
  const server = await openWith(t, { host: "0.0.0.0" });
  t.is((await askAs("cache.example.org", server)).status, 200);
  t.is(server.warnings.filter((text) => text === WARNING).length, 1);
});

for (const host of ["127.0.0.1", "0.0.0.0"]) {
  test(`a server on ${host} that has "hosts" is asked by these, by localhost and by IP addresses alone`, async (t) => {
    const server = await openWith(t, { host, hosts: ["Cache.example.org", "stockpile"] });
    for (const name of [
      "cache.example.org",
      "CACHE.example.org:36623",
      "cache.example.org.",
      "stockpile:80",
      "localhost:1",
      "127.0.0.1",
      "10.0.0.5:36623",
      "[::1]",
      "[2001:db8::1]:36623",
    ]) {
      t.is((await askAs(name, server)).status, 200, name);
    }
    for (const name of ["rebound.example.org", "example.org", "x.cache.example.org", "10.0.0.5.org"]) {
      for (const path of ["/cache/player/x", "/health", "/api/config", "/ui/", "/nothing"]) {
        const sent = await askAs(name, server, path);
        t.is(sent.status, 421, `${name} ${path}`);
        const { code, message } = errorOf(sent);
        t.is(code, "STOCKPILE_HOST_REFUSED");
        t.is(
          message,
          `Cannot serve host "${name}": expected localhost, an IP address, or a name that the configuration lists ("hosts" in the "server" section)`,
        );
      }
    }
    t.false(server.warnings.includes(WARNING));
  });
}

test("a server whose hosts are none is asked by localhost and IP addresses alone", async (t) => {
  const server = await openWith(t, { host: "0.0.0.0", hosts: [] });
  t.is((await askAs("cache.example.org", server)).status, 421);
  t.is((await askAs("localhost", server)).status, 200);
  t.is((await askAs("192.0.2.1", server)).status, 200);
  t.false(server.warnings.includes(WARNING));
});
