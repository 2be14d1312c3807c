/** Pages of other sites, where the configuration lists them. */
import test from "ava";

import { startServer } from "../../src/server/main.js";
import { openServer, withServerSection } from "./open-server.js";
import { send } from "./send.js";
import type { Sent } from "./send.js";

const LISTED = "https://panel.example.org";
const TOKEN = "0123456789abcdef";
const config = withServerSection({
  cors: [LISTED, "http://127.0.0.1:8080"],
  token: TOKEN,
  openWrites: false,
});

function allowed({ headers }: Sent): unknown {
  return headers["access-control-allow-origin"];
}

test("a page of a listed origin may read answers and errors, and of no other", async (t) => {
  const { address } = await openServer(t, { config });
  for (const path of ["/health", "/cache/player/absent", "/nothing", "/api/status", "/%zz"]) {
    for (const [origin, expected] of [
      [LISTED, LISTED],
      ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
      ["https://panel.example.org.evil.example", undefined],
      ["http://panel.example.org", undefined],
      ["null", undefined],
    ] as const) {
      const sent = await send(address.url, path, { headers: { origin } });
      t.is(allowed(sent), path === "/%zz" ? undefined : expected, `${origin} ${path}`);
      t.is(sent.headers["access-control-allow-credentials"], undefined);
    }
  }
});

test("a preflight of a listed origin is told what it may send", async (t) => {
  const { address } = await openServer(t, { config });
  const preflight = (origin: string): Promise<Sent> =>
    send(address.url, "/api/plugins/memory/restart", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
  const sent = await preflight(LISTED);
  t.is(sent.status, 204);
  t.is(allowed(sent), LISTED);
  t.regex(String(sent.headers["access-control-allow-methods"]), /\bPOST\b.*\bDELETE\b/);
  t.regex(String(sent.headers["access-control-allow-headers"]), /\bAuthorization\b/);
  t.is(allowed(await preflight("https://elsewhere.example")), undefined);
  const restart = (headers: Record<string, string>): Promise<Sent> =>
    send(address.url, "/api/plugins/memory/restart", {
      method: "POST",
      headers: { origin: LISTED, ...headers },
    });
  t.is((await restart({})).status, 401, "the token is needed as ever");
  t.is((await restart({ authorization: `Bearer ${TOKEN}` })).status, 200);
});

test("a page of a listed origin may listen to events", async (t) => {
  const { address } = await openServer(t, { config });
  const controller = new AbortController();
  t.teardown(() => controller.abort());
  const { signal } = controller;
  const response = await fetch(`${address.url}/api/events`, { headers: { origin: LISTED }, signal });
  t.is(response.status, 200);
  t.is(response.headers.get("access-control-allow-origin"), LISTED);
  t.is(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
});

test("what is no origin is a mistake in the configuration", async (t) => {
  for (const origin of [
    "*",
    "panel.example.org",
    "https://panel.example.org/",
    "https://Panel.example.org",
    "null",
  ]) {
    await t.throwsAsync(startServer({ config: withServerSection({ cors: [origin] }), port: 0 }), {
      name: "ConfigError",
      message: /server\.cors.*expected an origin as in "https:\/\/panel\.example\.org"/,
    });
  }
});
