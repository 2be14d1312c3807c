/** Who may change what. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { writeFileSync } from "node:fs";
import { pino } from "pino";

import { startServer } from "../../src/server/main.js";
import { temporaryFolder } from "../cli/write-config.js";
import { openServer, withServerSection } from "./open-server.js";
import { errorOf, send } from "./send.js";
import type { SendOptions } from "./send.js";

const TOKEN = "0123456789abcdef.-_~+/==";
const GUARDED = withServerSection({ token: TOKEN, openWrites: false });
const UNGUARDED = withServerSection({ openWrites: false });
/** Every request that changes something. */
const CHANGES: readonly (readonly [method: string, path: string])[] = [
  ["PUT", "/cache/player/x"],
  ["DELETE", "/cache/player/x"],
  ["POST", "/api/plugins/memory/restart"],
  ["POST", "/api/plugins/memory/stop"],
  ["POST", "/api/plugins/memory/start"],
  ["POST", "/api/plugins/memory/reload"],
  ["POST", "/api/plugins/absent/restart"],
];

for (const [method, path] of CHANGES) {
  test(`${method} ${path} is refused without a token in the configuration, whatever is sent`, async (t) => {
    const { address, stockpile } = await openServer(t, { config: UNGUARDED });
    for (const authorization of [{}, bearer(TOKEN), bearer(""), bearer("undefined")]) {
      const sent = await send(address.url, path, { method, headers: authorization });
      t.is(sent.status, 403);
      t.is(errorOf(sent).code, "STOCKPILE_CONTROL_DISABLED");
      t.regex(errorOf(sent).message, /"token": "\$\{env:STOCKPILE_TOKEN\}" in the "server" section/);
    }
    t.is(stockpile.health().plugins[0]?.lives, 1);
  });

  test(`${method} ${path} is refused without the token, and with another`, async (t) => {
    const { address, stockpile } = await openServer(t, { config: GUARDED });
    const without = await send(address.url, path, { method });
    t.is(without.status, 401);
    t.is(without.headers["www-authenticate"], "Bearer");
    t.is(errorOf(without).code, "STOCKPILE_TOKEN_REQUIRED");
    for (const other of [TOKEN.slice(0, -1), `${TOKEN}=`, TOKEN.toUpperCase(), "x".repeat(5000)]) {
      const sent = await send(address.url, path, { method, headers: bearer(other) });
      t.is(sent.status, 401);
      t.is(sent.headers["www-authenticate"], 'Bearer error="invalid_token"');
      t.false(sent.body.toString().includes(TOKEN));
    }
    for (const authorization of [
      "",
      TOKEN,
      `Basic ${TOKEN}`,
      `Bearer ${TOKEN} ${TOKEN}`,
      "Bearer",
      `Bearer${TOKEN}`,
    ])
      t.is(
        (await send(address.url, path, { method, headers: { authorization } })).status,
        401,
        authorization,
      );
    t.is(stockpile.health().plugins[0]?.lives, 1);
  });
}

test("entries are written and removed with the token, its scheme in any case", async (t) => {
  const { address } = await openServer(t, { config: GUARDED });
  const put: SendOptions = { method: "PUT", body: "x", headers: bearer(TOKEN) };
  t.is((await send(address.url, "/cache/player/x", put)).status, 204);
  t.is((await send(address.url, "/cache/player/x")).status, 200, "reading needs none");
  const headers = { authorization: `bearer  ${TOKEN}` };
  t.is((await send(address.url, "/cache/player/x", { method: "DELETE", headers })).status, 204);
  t.is((await send(address.url, "/cache/player/x")).status, 404);
});

test("openWrites opens entries on a loopback address, and nothing else", async (t) => {
  for (const section of [{ token: TOKEN }, {}]) {
    const { address } = await openServer(t, { config: withServerSection({ ...section, openWrites: true }) });
    t.is((await send(address.url, "/cache/player/x", { method: "PUT", body: "x" })).status, 204);
    t.is((await send(address.url, "/cache/player/x", { method: "DELETE" })).status, 204);
    const control = await send(address.url, "/api/plugins/memory/restart", { method: "POST" });
    t.is(control.status, "token" in section ? 401 : 403);
  }
});

test("openWrites does not hold on an address that others can reach, and the log says so", async (t) => {
  const lines: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => void lines.push(line) });
  const { address } = await openServer(t, { host: "0.0.0.0", logger });
  const url = `http://127.0.0.1:${address.port}`;
  t.is((await send(url, "/cache/player/x", { method: "PUT", body: "x" })).status, 403);
  t.true(lines.some((line) => line.includes("Passed over server.openWrites")));
});

test("a body is not read for who has no token", async (t) => {
  const { address } = await openServer(t, { config: GUARDED });
  const headers = { "content-length": "1000", expect: "100-continue" };
  const sent = await send(address.url, "/cache/player/x", { method: "PUT", headers });
  t.is(sent.status, 401);
});

test("another token holds as soon as the configuration is read again", async (t) => {
  const file = `${temporaryFolder(t)}/stockpile.json`;
  const write = (token: string): void =>
    writeFileSync(file, JSON.stringify({ storage: { plugin: "memory" }, server: { token, port: 0 } }));
  const putWith = async (token: string): Promise<number> =>
    (await send(server.address.url, "/cache/player/x", { method: "PUT", body: "x", headers: bearer(token) }))
      .status;
  write("first".repeat(4));
  const lines: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => void lines.push(line) });
  const server = await startServer({ config: file, logger });
  t.teardown(() => server.close());
  t.is(await putWith("first".repeat(4)), 204);
  write("second".repeat(4));
  await server.reconfigure();
  t.is(await putWith("first".repeat(4)), 401);
  t.is(await putWith("second".repeat(4)), 204);
  t.deepEqual(lines, []);
});

test("a token that is refused is not shown", async (t) => {
  const token = "geheim und mehr";
  const error = await rejection(t, { token });
  t.regex(error, /server\.token: a token has 16 to 1024 characters/);
  t.false(error.includes("geheim"));
  t.false((await rejection(t, { token: [token] })).includes("geheim"));
});

async function rejection(t: ExecutionContext, server: object): Promise<string> {
  const error = await t.throwsAsync(startServer({ config: withServerSection(server) }), {
    name: "ConfigError",
  });
  return error?.message ?? "";
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
