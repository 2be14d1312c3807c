import test from "ava";
import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";

import { MAX_CONTENT_TYPE_BYTES } from "../../src/server/http-value.js";
import { startServer } from "../../src/server/main.js";
import { DEFAULT_MAX_BODY_BYTES } from "../../src/server/server-config.js";
import { FakeClock } from "../support/fake-clock.js";
import { openServer, withServerSection } from "./open-server.js";
import { errorOf, send } from "./send.js";

test("PUT stores bytes and content type, and GET gives both back", async (t) => {
  const { address } = await openServer(t);
  const body = Buffer.from([0, 1, 2, 255, 254, 10]);
  const put = await send(address.url, "/cache/player/one", {
    method: "PUT",
    body,
    headers: { "content-type": "image/png" },
  });
  t.is(put.status, 204);
  t.is(put.body.byteLength, 0);
  const got = await send(address.url, "/cache/player/one");
  t.is(got.status, 200);
  t.deepEqual(got.body, body);
  t.is(got.headers["content-type"], "image/png");
  t.is(got.headers["content-security-policy"], "sandbox; default-src 'none'");
  t.is(got.headers["x-content-type-options"], "nosniff");
  t.regex(String(got.headers["x-stockpile-source"]), /^(?:near|backend|pending)$/);
  t.regex(String(got.headers.age), /^\d+$/);
});

test("a value sent without a content type comes back as bytes, an empty one empty", async (t) => {
  const { address } = await openServer(t);
  await send(address.url, "/cache/player/empty", { method: "PUT", headers: { "content-length": "0" } });
  const got = await send(address.url, "/cache/player/empty");
  t.is(got.status, 200);
  t.is(got.headers["content-type"], "application/octet-stream");
  t.is(got.body.byteLength, 0);
});

test("by default a body of exactly maxBodyBytes is stored, whatever its content type, and no larger one", async (t) => {
  const { address } = await openServer(t);
  const headers = { "content-type": "x".repeat(MAX_CONTENT_TYPE_BYTES) };
  const put = (bytes: number) =>
    send(address.url, "/cache/player/large", { method: "PUT", body: Buffer.alloc(bytes, 1), headers });
  t.is((await put(DEFAULT_MAX_BODY_BYTES)).status, 204);
  const got = await send(address.url, "/cache/player/large");
  t.is(got.body.byteLength, DEFAULT_MAX_BODY_BYTES);
  t.is(got.headers["content-type"], headers["content-type"]);

  const refused = await send(address.url, "/cache/player/large", {
    method: "PUT",
    headers: { "content-length": String(DEFAULT_MAX_BODY_BYTES + 1), expect: "100-continue" },
  });
  t.is(refused.status, 413);
  t.regex(errorOf(refused).message, /"maxBodyBytes"/);
});

test("HEAD answers as GET does, without the body", async (t) => {
  const { address } = await openServer(t);
  await send(address.url, "/cache/player/one", { method: "PUT", body: "hello" });
  const head = await send(address.url, "/cache/player/one", { method: "HEAD" });
  t.is(head.status, 200);
  t.is(head.headers["content-length"], "5");
  t.is(head.body.byteLength, 0);
  t.is((await send(address.url, "/cache/player/none", { method: "HEAD" })).status, 404);
});

test("GET of an absent key is a 404 with its own code", async (t) => {
  const { address } = await openServer(t);
  const sent = await send(address.url, "/cache/player/none");
  t.is(sent.status, 404);
  t.is(errorOf(sent).code, "STOCKPILE_ENTRY_ABSENT");
});

test("DELETE removes an entry, and succeeds where there is none", async (t) => {
  const { address } = await openServer(t);
  await send(address.url, "/cache/player/one", { method: "PUT", body: "x" });
  t.is((await send(address.url, "/cache/player/one", { method: "DELETE" })).status, 204);
  t.is((await send(address.url, "/cache/player/one")).status, 404);
  t.is((await send(address.url, "/cache/player/one", { method: "DELETE" })).status, 204);
});

test("a key may hold any characters, percent-encoded, up to 1,024 bytes", async (t) => {
  const { address } = await openServer(t);
  const keys = ["a/b", "ä ö", "%", "a?b#c", "\u0000", "..\\..", "%2F", "日".repeat(341), "/".repeat(1024)];
  for (const key of keys) {
    const path = `/cache/player/${encodeURIComponent(key)}`;
    t.is((await send(address.url, path, { method: "PUT", body: key })).status, 204, key);
  }
  for (const key of keys) {
    t.is((await send(address.url, `/cache/player/${encodeURIComponent(key)}`)).body.toString(), key);
  }
});

test("a key that is empty or longer than 1,024 bytes is a 400", async (t) => {
  const { address } = await openServer(t);
  for (const key of ["", "x".repeat(1025), encodeURIComponent("日".repeat(342))]) {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const sent = await send(address.url, `/cache/player/${key}`, { method });
      t.is(sent.status, 400);
      t.is(errorOf(sent).code, "STOCKPILE_KEY_INVALID");
    }
  }
});

test("a path with malformed percent-encoding or an unencoded slash in the key is a 400", async (t) => {
  const { address } = await openServer(t);
  for (const path of ["/cache/player/%zz", "/cache/player/%ff", "/cache/%/x", "/cache/player/a/b"]) {
    t.is((await send(address.url, path)).status, 400, path);
  }
});

test("a category name that is none is a 400", async (t) => {
  const { address } = await openServer(t);
  for (const name of ["", "Player", "_stockpile", "a%20b", ".a", "__proto__", "%C3%A4"]) {
    const sent = await send(address.url, `/cache/${name}/x`);
    t.is(sent.status, 400, name);
    t.is(errorOf(sent).code, "STOCKPILE_CATEGORY_INVALID");
  }
});

test("a category named like a property of every object is one like any other", async (t) => {
  const { address } = await openServer(t);
  t.is((await send(address.url, "/cache/constructor/x", { method: "PUT", body: "1" })).status, 204);
  t.is((await send(address.url, "/cache/constructor/x")).status, 200);
});

test("a URL over the limit is a 414", async (t) => {
  const { address } = await openServer(t);
  t.is((await send(address.url, `/cache/player/${"x".repeat(9000)}`)).status, 414);
});

test("a body over maxBodyBytes is a 413, one of exactly that is stored", async (t) => {
  const { address } = await openServer(t, { config: withServerSection({ maxBodyBytes: 1000 }) });
  const put = (bytes: number) =>
    send(address.url, "/cache/player/x", { method: "PUT", body: Buffer.alloc(bytes) });
  t.is((await put(1000)).status, 204);
  const sent = await put(1001);
  t.is(sent.status, 413);
  t.is(errorOf(sent).code, "STOCKPILE_VALUE_TOO_LARGE");
});

test("a body that fits, but whose entry is over the cache's maxValueBytes, is a 413", async (t) => {
  const { address } = await openServer(t, { config: { ...withServerSection({}), maxValueBytes: 1000 } });
  const sent = await send(address.url, "/cache/player/x", { method: "PUT", body: Buffer.alloc(1000) });
  t.is(sent.status, 413);
  t.is(errorOf(sent).code, "STOCKPILE_VALUE_TOO_LARGE");
});

test("?ttl takes durations and milliseconds, Age counts seconds, and the entry is gone when the ttl has passed", async (t) => {
  // Ahead of the machine's time: what the backend itself drops by that is not what is tested.
  const clock = new FakeClock(Date.now() + 3_600_000);
  const { address } = await openServer(t, { clock });
  const paths = ["/cache/player/text?ttl=10s", "/cache/player/number?ttl=10000"];
  for (const path of paths) {
    t.is((await send(address.url, path, { method: "PUT", body: "x" })).status, 204);
  }
  const get = (path: string) => send(address.url, path.replace(/\?.*/, ""));
  for (const path of paths) t.is((await get(path)).headers.age, "0");
  clock.jump(9_999);
  for (const path of paths) t.is((await get(path)).headers.age, "9");
  clock.jump(1);
  for (const path of paths) t.is((await get(path)).status, 404);
});

test("a put without ttl keeps the entry for as long as the configuration says", async (t) => {
  const clock = new FakeClock(Date.now() + 3_600_000);
  const { address } = await openServer(t, { clock });
  await send(address.url, "/cache/page/x", { method: "PUT", body: "x" });
  clock.jump(3_599_999);
  t.is((await send(address.url, "/cache/page/x")).status, 200);
  clock.jump(1);
  t.is((await send(address.url, "/cache/page/x")).status, 404);
});

test("a ttl that is none, or a parameter nobody knows, is a 400 and stores nothing", async (t) => {
  const { address } = await openServer(t);
  for (const query of [
    "ttl=",
    "ttl=0",
    "ttl=-1s",
    "ttl=soon",
    "ttl=1e9",
    "tll=10s",
    "ttl=1s&ttl=2s",
    "%=1",
  ]) {
    const sent = await send(address.url, `/cache/player/x?${query}`, { method: "PUT", body: "x" });
    t.is(sent.status, 400, query);
    t.is(errorOf(sent).code, "STOCKPILE_REQUEST_INVALID");
  }
  t.is((await send(address.url, "/cache/player/x?ttl=10s")).status, 400, "GET takes none");
  t.is((await send(address.url, "/cache/player/x")).status, 404);
});

test("a compressed body is a 415, because a reader would not learn of it", async (t) => {
  const { address } = await openServer(t);
  const put = (encoding: string) =>
    send(address.url, "/cache/player/x", {
      method: "PUT",
      body: "x",
      headers: { "content-encoding": encoding },
    });
  t.is((await put("gzip")).status, 415);
  t.is((await put("identity")).status, 204);
});

test("a content type that could not be sent back is a 400", async (t) => {
  const { address } = await openServer(t);
  for (const type of ["x".repeat(256), "text/pl\u00e4in"]) {
    const headers = { "content-type": type };
    t.is((await send(address.url, "/cache/player/x", { method: "PUT", body: "x", headers })).status, 400);
  }
});

test("a method that a route does not have is a 405 that allows the others", async (t) => {
  const { address } = await openServer(t);
  for (const method of ["POST", "PATCH", "OPTIONS", "TRACE"]) {
    const sent = await send(address.url, "/cache/player/x", { method });
    t.is(sent.status, 405);
    t.is(sent.headers.allow, "GET, HEAD, PUT, DELETE");
    t.is(errorOf(sent).code, "STOCKPILE_METHOD_NOT_ALLOWED");
  }
  const health = await send(address.url, "/health", { method: "PUT" });
  t.is(health.status, 405);
  t.is(health.headers.allow, "GET, HEAD");
});

test("a route that does not exist is a 404 that names those that do", async (t) => {
  const { address } = await openServer(t);
  for (const path of ["/nothing", "/cache", "/cache/player", "/health/", "//", "/Health"]) {
    const sent = await send(address.url, path);
    t.is(sent.status, 404, path);
    t.is(errorOf(sent).code, "STOCKPILE_ROUTE_UNKNOWN");
    t.regex(
      errorOf(sent).message,
      /\/health.*\/livez.*\/readyz.*\/metrics.*\/api.*\/cache\/<category>\/<key>/,
    );
  }
});

test("the health endpoints answer 200 while all is well", async (t) => {
  const { address } = await openServer(t);
  const health = await send(address.url, "/health");
  t.is(health.status, 200);
  const parsed = JSON.parse(health.body.toString());
  t.is(parsed.status, "ok");
  t.deepEqual(
    parsed.plugins.map(({ name, state }: { name: string; state: string }) => [name, state]),
    [["memory", "ready"]],
  );
  t.is((await send(address.url, "/livez")).status, 200);
  t.is((await send(address.url, "/readyz")).status, 200);
  t.is((await send(address.url, "/readyz", { method: "HEAD" })).status, 200);
});

test("no response allows another site to read it", async (t) => {
  const { address } = await openServer(t);
  const headers = { origin: "https://example.org", "access-control-request-method": "PUT" };
  for (const method of ["GET", "OPTIONS", "PUT"]) {
    const sent = await send(address.url, "/cache/player/x", { method, headers });
    t.deepEqual(
      Object.keys(sent.headers).filter((name) => name.startsWith("access-control-")),
      [],
    );
  }
});

test("categories outside the configuration are limited, those in it are not", async (t) => {
  const { address } = await openServer(t, { config: withServerSection({ maxCategories: 2 }) });
  for (const name of ["first", "second"]) {
    t.is((await send(address.url, `/cache/${name}/x`, { method: "PUT", body: "x" })).status, 204, name);
  }
  const third = await send(address.url, "/cache/third/x", { method: "PUT", body: "x" });
  t.is(third.status, 503);
  t.is(errorOf(third).code, "STOCKPILE_CATEGORY_LIMIT");
  for (const name of ["first", "second", "player", "page"]) {
    t.is((await send(address.url, `/cache/${name}/x`, { method: "PUT", body: "x" })).status, 204, name);
  }
});

test("a server whose listeners can take every connection says so", async (t) => {
  const lines: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => void lines.push(line) });
  await openServer(t, { logger, config: withServerSection({ maxConnections: 100, maxEventListeners: 49 }) });
  t.deepEqual(lines, []);
  await openServer(t, { logger, config: withServerSection({ maxConnections: 100, maxEventListeners: 50 }) });
  t.regex(lines.join(""), /Listeners to events can take every connection/);
});

test("who may only read uses up no category, whatever names are made up", async (t) => {
  const { address, stockpile } = await openServer(t, { config: withServerSection({ maxCategories: 1 }) });
  for (let number = 0; number < 5; number += 1) {
    t.is((await send(address.url, `/cache/made-up-${number}/x`)).status, 404);
    t.is((await send(address.url, `/api/categories/made-up-${number}/entries/x`)).status, 404);
  }
  t.deepEqual(stockpile.health().categories, []);
  t.is((await send(address.url, "/cache/sessions/x", { method: "PUT", body: "x" })).status, 204);
  t.is((await send(address.url, "/cache/A/x")).status, 400);
});

test("what an earlier process has stored is read before anybody writes to its category", async (t) => {
  const path = mkdtempSync(join(tmpdir(), "stockpile-server-"));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  const config = {
    storage: { plugin: "file", parameters: { path } },
    server: { maxCategories: 1, openWrites: true },
  };
  const former = await openServer(t, { config });
  await send(former.address.url, "/cache/sessions/x", { method: "PUT", body: "kept" });
  await former.close();
  const { address, stockpile } = await openServer(t, { config });
  const sent = await send(address.url, "/cache/sessions/x");
  t.is(sent.body.toString(), "kept");
  t.is(sent.headers["x-stockpile-source"], "backend");
  const shown = await send(address.url, "/api/categories/sessions/entries/x");
  t.like(JSON.parse(shown.body.toString()), { text: "kept", source: "backend" });
  t.deepEqual(stockpile.health().categories, []);
});

test("a category that the process uses with another codec is a 409", async (t) => {
  const { address, stockpile } = await openServer(t);
  await stockpile.category("own").set("x", { a: 1 });
  const sent = await send(address.url, "/cache/own/x");
  t.is(sent.status, 409);
  t.is(errorOf(sent).code, "STOCKPILE_CONFIG_INVALID");
});

test("startServer() takes host and port before those of the configuration", async (t) => {
  const { address, config } = await openServer(t, {
    config: withServerSection({ port: 1, host: "192.0.2.1" }),
    host: "127.0.0.1",
  });
  t.is(address.host, "127.0.0.1");
  t.is(address.url, `http://127.0.0.1:${address.port}`);
  t.is(config.port, 1);
});

const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === "::1"),
);
if (hasIpv6) {
  test("an IPv6 address is written in brackets", async (t) => {
    const { address } = await openServer(t, { host: "::1" });
    t.is(address.url, `http://[::1]:${address.port}`);
    t.is((await send(address.url, "/livez")).status, 200);
  });
}

test("startServer() rejects with a ConfigError for a wrong server section", async (t) => {
  const error = await t.throwsAsync(startServer({ config: withServerSection({ port: -1, prot: 2 }) }), {
    name: "ConfigError",
  });
  t.regex(error?.message ?? "", /server\.port/);
  t.regex(error?.message ?? "", /prot/);
});

test("startServer() rejects where the port is in use, and leaves nothing running", async (t) => {
  const { address } = await openServer(t);
  await t.throwsAsync(openServer(t, { port: address.port }), { name: "ListenError", code: "EADDRINUSE" });
});

test("close() answers the same promise again, and ends the server", async (t) => {
  const server = await openServer(t);
  const closed = server.close();
  t.is(server.close(), closed);
  t.deepEqual(await closed, { abandonedThreads: 0, undelivered: 0 });
  await t.throwsAsync(send(server.address.url, "/livez"), { code: "ECONNREFUSED" });
});
