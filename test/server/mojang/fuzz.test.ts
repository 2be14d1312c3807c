/** Whatever a client asks of Mojang's endpoints and of /v1, the server answers something it documents, and goes on. */
import { fc } from "@fast-check/ava";
import test from "ava";

import { send } from "../send.js";
import { openMojangServer } from "./open-mojang-server.js";

/** Neither the fake's limits nor ours are what is tested. */
const ENOUGH = { requests: 1_000_000, per: 1_000 };

const PREFIXES = [
  "/users/profiles/minecraft/",
  "/minecraft/profile/lookup/name/",
  "/minecraft/profile/lookup/",
  "/session/minecraft/profile/",
  "/session/minecraft/hasJoined",
  "/profiles/minecraft",
  "/minecraft/profile/lookup/bulk/byname",
  "/user/profiles/",
  "/blockedservers",
  "/publickeys",
  "/minecraft/client",
  "/v1",
  "/v1/",
  "/v1/name",
  "/v1/name/",
  "/v1/profile",
  "/v1/profile/",
  "/v1/blacklist",
  "/v1/login",
];

const text = fc.oneof(
  fc.constantFrom(
    "",
    "Dev_Alder",
    "Nobody",
    "0".repeat(32),
    "constructor",
    "__proto__",
    "..",
    "names",
    "%00",
  ),
  // These are sent to Mojang.
  fc.stringMatching(/^\w{1,25}$/),
  fc.stringMatching(/^[0-9a-f]{32}$/),
  fc.stringMatching(/^[\x21-\x7e]{1,40}$/),
  fc.string({ unit: "binary", maxLength: 20 }).map(encodeURIComponent),
);

const body = fc.oneof(
  fc.constantFrom("", "null", "[]", '["Dev_Alder","a name"]', '[["x"]]', '{"a":1}', "Dev_Alder"),
  fc
    .array(fc.string({ unit: "binary", maxLength: 30 }), { maxLength: 40 })
    .map((names) => JSON.stringify(names)),
  fc.uint8Array({ maxLength: 3_000 }),
);

const request = fc.record({
  method: fc.constantFrom(
    "GET",
    "GET",
    "GET",
    "HEAD",
    "POST",
    "POST",
    "PUT",
    "DELETE",
    "OPTIONS",
    "PROPFIND",
  ),
  path: fc.tuple(fc.constantFrom(...PREFIXES), text).map(([prefix, rest]) => prefix + rest),
  query: fc.oneof(
    fc.constantFrom(
      "",
      "?unsigned=false",
      "?at=0",
      "?username=Dev_Alder&serverId=x",
      "?username=&serverId=&ip=",
    ),
    fc.stringMatching(/^[\x21-\x7e]{1,30}$/).map((query) => `?${query}`),
  ),
  headers: fc.dictionary(
    fc.constantFrom("content-type", "accept", "x-forward", "authorization"),
    fc.oneof(
      fc.constantFrom("application/json", "text/plain"),
      fc.stringMatching(/^[\x20-\x7e\xa0-\xff]{0,40}$/),
    ),
  ),
  body,
});

const EXPECTED: ReadonlySet<number> = new Set([200, 204, 301, 400, 403, 404, 405, 413, 415, 421, 503]);

test.serial(
  "any question is answered with a documented status, and no failure where Mojang does not fail",
  async (t) => {
    const { url, fake } = await openMojangServer(t, {
      fake: { servicesLimit: ENOUGH, sessionsLimit: ENOUGH },
      mojang: { legacyApi: true, budgets: { services: ENOUGH, sessions: ENOUGH } },
      // So that what is deleted is reached.
      config: { server: { openWrites: true } },
    });
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, query, headers, body: sentBody }) => {
        const hasBody = method !== "GET" && method !== "HEAD";
        const { status, body: answer } = await send(url, path + query, {
          method,
          headers: hasBody ? { ...headers, "content-length": String(Buffer.byteLength(sentBody)) } : headers,
          ...(hasBody ? { body: sentBody } : {}),
        });
        seen.add(status);
        const what = `${method} ${path}${query} ${JSON.stringify(headers)}: ${status} ${answer.toString().slice(0, 300)}`;
        t.true(EXPECTED.has(status), what);
        // One who has not joined is a 503 of /v1, and always was.
        if (status === 503) t.true(path === "/v1/login" || path.startsWith("/v1/login?"), what);
      }),
      { numRuns: 500 },
    );
    t.true(seen.size >= 5, `the requests do reach different ends: ${[...seen].join(" ")}`);
    t.true(fake.seen.length > 10, `and Mojang: ${fake.seen.length}`);
    t.is((await send(url, "/livez")).status, 200);
  },
);
