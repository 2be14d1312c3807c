/** Whatever a client sends, the server answers something it documents, and goes on. */
import { fc } from "@fast-check/ava";
import test from "ava";
import { connect } from "node:net";

import { openServer, withServerSection } from "./open-server.js";
import { send } from "./send.js";

/** No listener: a request for events that is taken does not end. */
const section = {
  maxBodyBytes: 2_000,
  maxCategories: 20,
  maxEventListeners: 0,
  requestTimeout: "2s",
  cors: ["https://panel.example.org"],
};
const config = withServerSection(section);

const segment = fc.oneof(
  fc.constantFrom(
    "cache",
    "health",
    "livez",
    "readyz",
    "metrics",
    "player",
    "page",
    "constructor",
    "__proto__",
    "",
    ".",
    "..",
  ),
  fc.stringMatching(/^[a-z0-9._-]{1,20}$/),
  fc.stringMatching(/^[\x21-\x7e]{1,20}$/),
  fc.string({ unit: "binary", maxLength: 20 }).map(encodeURIComponent),
);
const request = fc.record({
  method: fc.constantFrom("GET", "HEAD", "PUT", "DELETE", "POST", "PATCH", "OPTIONS", "TRACE", "PROPFIND"),
  path: fc.oneof(
    fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => `/${segments.join("/")}`),
    segment.map((key) => `/cache/player/${key}`),
  ),
  query: fc.oneof(
    fc.constantFrom("", "?ttl=1s", "?ttl=-1", "?ttl", "?"),
    fc.stringMatching(/^[\x21-\x7e]{1,20}$/).map((text) => `?${text}`),
  ),
  headers: fc.dictionary(
    fc.constantFrom(
      "content-type",
      "content-encoding",
      "host",
      "expect",
      "upgrade",
      "range",
      "origin",
      "x-any",
    ),
    fc.stringMatching(/^[\x20-\x7e\xa0-\xff]{0,40}$/),
  ),
  body: fc.uint8Array({ maxLength: 3_000 }),
});

/** A request as it is made up. */
type Sent = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

/** One request for each end that most requests could reach by chance only. */
const EXAMPLES: readonly Sent[] = [
  { method: "PUT", path: "/cache/player/one", query: "", headers: {}, body: Uint8Array.of(1) },
  { method: "GET", path: "/cache/player/absent", query: "", headers: {}, body: Uint8Array.of() },
  { method: "GET", path: "/cache/player/%zz", query: "", headers: {}, body: Uint8Array.of() },
  { method: "POST", path: "/cache/player/one", query: "", headers: {}, body: Uint8Array.of() },
  {
    method: "PUT",
    path: "/cache/player/one",
    query: "",
    headers: { "content-encoding": "gzip" },
    body: Uint8Array.of(1),
  },
  {
    method: "GET",
    path: "/health",
    query: "",
    headers: { host: "elsewhere.example" },
    body: Uint8Array.of(),
  },
];

const EXPECTED: ReadonlySet<number> = new Set([200, 204, 302, 400, 404, 405, 413, 414, 415, 417, 421, 503]);

test("any request is answered with a documented status, and nothing but 503 above 499", async (t) => {
  const { address } = await openServer(t, { config });
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, query, headers, body }) => {
      const hasBody = method !== "GET" && method !== "HEAD";
      const sent = await send(address.url, `${path}${query}`, {
        method,
        headers,
        ...(hasBody ? { body } : {}),
      });
      seen.add(sent.status);
      t.true(
        EXPECTED.has(sent.status),
        `${method} ${path}${query} ${JSON.stringify(headers)}: ${sent.status}`,
      );
    }),
    { numRuns: 500, examples: EXAMPLES.map((example): [Sent] => [example]) },
  );
  t.is((await send(address.url, "/livez")).status, 200);
  t.true(seen.size > 5, "the requests do reach different ends");
});

const TOKEN = "0123456789abcdef";
const PLUGIN_STATES = ["ready", "starting", "stopped"];

const CONTROL_WORDS =
  "events plugins memory restart stop start reload categories player entries x status config openapi.json constructor __proto__ .. %2F %00";

const control = fc.record({
  method: fc.constantFrom("GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS"),
  path: fc
    .array(fc.oneof(fc.constantFrom("", ...CONTROL_WORDS.split(" ")), segment), { maxLength: 5 })
    .map((segments) => ["/api", ...segments].join("/")),
  authorization: fc.oneof(
    fc.constantFrom(`Bearer ${TOKEN}`, `bearer ${TOKEN}`, "Bearer", `Basic ${TOKEN}`, ""),
    fc.stringMatching(/^[\x20-\x7e\xa0-\xff]{0,60}$/),
  ),
  lastEventId: fc.stringMatching(/^[\x20-\x7e]{0,40}$/),
  body: fc.oneof(fc.constant(Uint8Array.of()), fc.uint8Array({ maxLength: 500 })),
});

/** A control request as it is made up. */
type Control = typeof control extends fc.Arbitrary<infer Value> ? Value : never;

const LASTING = { lastEventId: "", body: Uint8Array.of() };
const WITH_TOKEN = { ...LASTING, authorization: `Bearer ${TOKEN}` };
const CONTROL_EXAMPLES: readonly Control[] = [
  { ...WITH_TOKEN, method: "POST", path: "/api/plugins/memory/stop" },
  { ...WITH_TOKEN, method: "GET", path: "/api/categories/player/entries/x" },
  { ...WITH_TOKEN, method: "POST", path: "/api/plugins/memory/start" },
  { ...WITH_TOKEN, method: "DELETE", path: "/api/categories/player/entries/x" },
  { ...WITH_TOKEN, method: "POST", path: "/api/plugins/memory/reload", body: Uint8Array.of(1) },
  { ...LASTING, authorization: "", method: "POST", path: "/api/plugins/memory/restart" },
  { ...LASTING, authorization: "", method: "GET", path: "/api/config" },
];

const CONTROL_EXPECTED: ReadonlySet<number> = new Set([200, 204, 400, 401, 404, 405, 503]);

test("any control request is answered with a documented status, and changes nothing without the token", async (t) => {
  const guarded = withServerSection({ ...section, token: TOKEN, openWrites: false });
  const { address, stockpile } = await openServer(t, { config: guarded });
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(control, async ({ method, path, authorization, lastEventId, body }) => {
      const { since, lives } = stockpile.health().plugins[0] ?? {};
      const hasBody = method !== "GET" && method !== "HEAD";
      const sent = await send(address.url, path, {
        method,
        headers: { authorization, "last-event-id": lastEventId },
        ...(hasBody ? { body } : {}),
      });
      seen.add(sent.status);
      t.true(CONTROL_EXPECTED.has(sent.status), `${method} ${path} ${authorization}: ${sent.status}`);
      t.false(sent.body.includes(TOKEN));
      const [plugin] = stockpile.health().plugins;
      t.true(PLUGIN_STATES.includes(plugin?.state ?? ""));
      if (!/^bearer +0123456789abcdef *$/i.test(authorization)) t.like(plugin, { since, lives });
    }),
    { numRuns: 400, examples: CONTROL_EXAMPLES.map((example): [Control] => [example]) },
  );
  t.is((await send(address.url, "/livez")).status, 200);
  t.true(seen.size >= 6, [...seen].join());
});

test("any value put under any key comes back as it was", async (t) => {
  const { address } = await openServer(t, { config });
  const key = fc
    .string({ unit: "binary", minLength: 1, maxLength: 200 })
    .filter((text) => Buffer.byteLength(text) <= 1024);
  await fc.assert(
    fc.asyncProperty(key, fc.uint8Array({ maxLength: 2_000 }), async (name, bytes) => {
      const route = `/cache/player/${encodeURIComponent(name)}`;
      t.is((await send(address.url, route, { method: "PUT", body: bytes })).status, 204);
      const sent = await send(address.url, route);
      t.is(sent.status, 200);
      t.true(sent.body.equals(bytes));
    }),
    { numRuns: 200 },
  );
});

test("any bytes on a connection end in an answer or in its end, and the server goes on", async (t) => {
  const { address } = await openServer(t, { config });
  const line = fc.oneof(
    fc.constantFrom(
      "GET /livez HTTP/1.1",
      "PUT /cache/player/x HTTP/1.1",
      "GET / HTTP/9.9",
      "Host: localhost",
      "Content-Length: 5",
      "Content-Length: -1",
      "Transfer-Encoding: chunked",
      "Expect: 100-continue",
      "Connection: upgrade",
      "Upgrade: websocket",
      "",
      "5",
      "0",
      "ffffffffffffffff",
    ),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const text = fc.array(line, { maxLength: 12 }).map((lines) => Buffer.from(lines.join("\r\n")));
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
      const received = await exchange(address.port, bytes);
      t.true(received === "" || received.startsWith("HTTP/1.1 "), received);
      t.notRegex(received, /^HTTP\/1\.1 50[0-24-9]/m);
    }),
    { numRuns: 200 },
  );
  t.is((await send(address.url, "/livez")).status, 200);
});

/** Sends bytes and the end of sending, and answers what comes until the server ends the connection too. */
function exchange(port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
    });
    // A reset is an end as well.
    socket.on("error", () => {});
    socket.on("close", () => resolve(received));
  });
}
