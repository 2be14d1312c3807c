import test from "ava";

import { openServer, withServerSection } from "../open-server.js";
import { errorOf, send } from "../send.js";
import type { Sent } from "../send.js";

const TOKEN = "0123456789abcdef";
const CONFIG = withServerSection({ token: TOKEN });
const WITH_TOKEN = { authorization: `Bearer ${TOKEN}` };

function bodyOf({ body }: Sent): Record<string, unknown> {
  return JSON.parse(body.toString()) as Record<string, unknown>;
}

test("GET /api/categories lists those in use, and the names of those that are configured", async (t) => {
  const { address } = await openServer(t, { config: CONFIG });
  await send(address.url, "/cache/player/x");
  const { categories, configured } = bodyOf(await send(address.url, "/api/categories"));
  t.deepEqual(configured, ["player", "page"]);
  t.like(categories, [{ name: "player", plugin: "memory", gets: { none: 1 } }]);
});

test("an entry is looked up with where it came from, until when it is fresh, and its text", async (t) => {
  const { address } = await openServer(t, { config: CONFIG });
  const before = Date.now();
  const headers = { "content-type": "application/json" };
  await send(address.url, "/cache/player/a%2Fb?ttl=5s", { method: "PUT", body: '{"ä":1}', headers });
  const sent = await send(address.url, "/api/categories/player/entries/a%2Fb");
  t.is(sent.status, 200);
  const entry = bodyOf(sent);
  t.like(entry, {
    category: "player",
    key: "a/b",
    stale: false,
    failures: [],
    contentType: "application/json",
    bytes: 8,
    text: '{"ä":1}',
    isHidden: false,
  });
  t.regex(String(entry["source"]), /^(?:near|backend|pending)$/);
  const storedAt = Number(entry["storedAt"]);
  t.true(storedAt >= before && storedAt <= Date.now());
  t.is(Number(entry["expiresAt"]), storedAt + 5000);
});

test("bytes that are no text come as base64, and those too large to be looked at by their number", async (t) => {
  const { address } = await openServer(t, { config: CONFIG });
  await send(address.url, "/cache/player/bytes", { method: "PUT", body: Uint8Array.of(255, 0) });
  await send(address.url, "/cache/player/large", { method: "PUT", body: "x".repeat(65_537) });
  const path = "/api/categories/player/entries";
  t.like(bodyOf(await send(address.url, `${path}/bytes`)), { bytes: 2, base64: "/wA=", isHidden: false });
  const large = bodyOf(await send(address.url, `${path}/large`));
  t.like(large, { bytes: 65_537, isHidden: true });
  t.false("text" in large);
});

test("an entry of a category with another codec is looked up too, and nothing is loaded for it", async (t) => {
  const { address, stockpile } = await openServer(t, { config: CONFIG });
  let loads = 0;
  const own = stockpile.category<object>("own", {
    load: () => {
      loads += 1;
      return { loaded: true };
    },
  });
  await own.set("here", { a: [1, "two"] });
  const here = bodyOf(await send(address.url, "/api/categories/own/entries/here"));
  t.like(here, { json: { a: [1, "two"] }, isHidden: false });
  t.is((await send(address.url, "/api/categories/own/entries/absent")).status, 404);
  t.is(loads, 0);
  const headers = WITH_TOKEN;
  t.is(
    (await send(address.url, "/api/categories/own/entries/here", { method: "DELETE", headers })).status,
    204,
  );
  t.false(await own.has("here"));
});

test("an entry is removed with the token only", async (t) => {
  const { address } = await openServer(t, { config: CONFIG });
  await send(address.url, "/cache/player/x", { method: "PUT", body: "x" });
  const path = "/api/categories/player/entries/x";
  t.is((await send(address.url, path, { method: "DELETE" })).status, 401, "whatever openWrites says");
  t.is((await send(address.url, path)).status, 200);
  t.is((await send(address.url, path, { method: "DELETE", headers: WITH_TOKEN })).status, 204);
  t.is((await send(address.url, path)).status, 404);
  t.is((await send(address.url, path, { method: "DELETE", headers: WITH_TOKEN })).status, 204);
});

test("a key or category that is none is a 400, and a backend that does not serve a 503", async (t) => {
  const { address, stockpile } = await openServer(t, { config: CONFIG });
  for (const [path, code] of [
    ["/api/categories/player/entries/", "STOCKPILE_KEY_INVALID"],
    [`/api/categories/player/entries/${"x".repeat(1025)}`, "STOCKPILE_KEY_INVALID"],
    ["/api/categories/Player/entries/x", "STOCKPILE_CATEGORY_INVALID"],
    ["/api/categories//entries/x", "STOCKPILE_CATEGORY_INVALID"],
    ["/api/categories/__proto__/entries/x", "STOCKPILE_CATEGORY_INVALID"],
  ] as const) {
    for (const method of ["GET", "DELETE"]) {
      const sent = await send(address.url, path, { method, headers: WITH_TOKEN });
      t.is(sent.status, 400, path);
      t.is(errorOf(sent).code, code);
    }
  }
  await stockpile.plugins.stop("memory");
  t.is((await send(address.url, "/api/categories/player/entries/x")).status, 503);
});
