/** What the server tells of itself, and that its document says the same. */
import test from "ava";
import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync, writeFileSync } from "node:fs";

import { openApiDocument } from "../../../src/server/api/openapi-document.js";
import { OPERATIONS } from "../../../src/server/api/openapi-operations.js";
import { temporaryFolder } from "../../cli/write-config.js";
import { openServer, withServerSection } from "../open-server.js";
import { errorOf, send } from "../send.js";

const TOKEN = "0123456789abcdef";
const HEADERS = { authorization: `Bearer ${TOKEN}` };
const CONFIG = withServerSection({ token: TOKEN });

test("GET /api/status tells what runs, and since when", async (t) => {
  const { address } = await openServer(t);
  const status = JSON.parse((await send(address.url, "/api/status")).body.toString());
  const { version } = JSON.parse(readFileSync(new URL("../../../../package.json", import.meta.url), "utf8"));
  t.like(status, { name: "Stockpile", version, node: process.version, status: "ok", eventListeners: 0 });
  t.true(status.startedAt <= status.at && status.at - status.startedAt < 60_000);
});

test("GET /api/config shows what holds, and no secret of it", async (t) => {
  process.env["STOCKPILE_TEST_SECRET"] = "from-the-environment";
  t.teardown(() => delete process.env["STOCKPILE_TEST_SECRET"]);
  const config = {
    plugins: {
      memory: { options: { password: "written-out", nested: [{ pin: "1234" }], depth: 3, tls: true } },
    },
    storage: { plugin: "memory", parameters: { maxEntries: 7 } },
    categories: {
      player: { ttl: "10m", storage: { plugin: "memory", parameters: { maxEntries: 8 } } },
    },
    server: { token: "${env:STOCKPILE_TEST_SECRET}", stop: "3s", host: "127.0.0.1" },
    mojang: { upstream: { services: "http://127.0.0.1:4/${env:STOCKPILE_TEST_SECRET}" } },
  };
  const { address } = await openServer(t, { config });
  const text = (await send(address.url, "/api/config")).body.toString();
  for (const secret of ["from-the-environment", "written-out", "1234"])
    t.false(text.includes(secret), secret);
  t.like(JSON.parse(text), {
    source: "object",
    plugins: [
      {
        name: "memory",
        isolation: "thread",
        startup: "optional",
        options: { password: "***", nested: [{ pin: "***" }], depth: 3, tls: true },
      },
    ],
    storage: { plugin: "memory", parameters: { maxEntries: 7 } },
    categories: [
      { name: "player", ttlMs: 600_000, storage: { plugin: "memory", parameters: { maxEntries: 8 } } },
    ],
    server: { token: "***", stop: 3000, host: "127.0.0.1", openWrites: false },
    mojang: { upstream: { services: "http://127.0.0.1:4/***" } },
  });
});

test("GET /api/config shows what was taken when the configuration was read again, and nothing else of it", async (t) => {
  const file = `${temporaryFolder(t)}/stockpile.json`;
  const write = (server: object): void =>
    writeFileSync(file, JSON.stringify({ storage: { plugin: "memory" }, server: { port: 0, ...server } }));
  write({ stop: "3s" });
  const server = await openServer(t, { config: file });
  const shown = async (): Promise<{ token?: string; stop: number }> =>
    JSON.parse((await send(server.address.url, "/api/config")).body.toString()).server;
  t.like(await shown(), { token: undefined, stop: 3000 });
  write({ stop: "4s", token: TOKEN });
  await server.reconfigure();
  t.like(await shown(), { token: "***", stop: 3000 });
  write({ stop: "4s" });
  await server.reconfigure();
  t.false("token" in (await shown()));
});

test("the document has every route that there is, with every method, and no other", async (t) => {
  const { address } = await openServer(t, { config: CONFIG });
  const { paths } = openApiDocument();
  t.true(Object.keys(paths).length > 10);
  for (const [path, methods] of Object.entries(paths)) {
    const sent = await send(address.url, path.replaceAll(/\{\w+\}/g, "x"), { method: "PATCH" });
    t.is(sent.status, 405, path);
    const allowed = String(sent.headers.allow).toLowerCase().split(", ");
    t.deepEqual(
      allowed.filter((method) => method !== "head").toSorted(),
      Object.keys(methods).toSorted(),
      path,
    );
  }
  // What the server's own list of its routes names is described, but for the page, which is for people.
  const { message } = errorOf(await send(address.url, "/nothing"));
  const named = [...message.matchAll(/GET (\/[a-z/.]+)/g)].map(([, path = ""]) => path);
  t.true(named.length > 3);
  for (const path of named.filter((each) => each !== "/ui/")) t.true(Object.hasOwn(paths, path), path);
});

test("what the document says needs the token is refused without it, and nothing else is", async (t) => {
  const { address } = await openServer(t, { config: withServerSection({ token: TOKEN, openWrites: false }) });
  for (const { method, path, needsToken } of OPERATIONS) {
    if (path === "/api/events") continue;
    const sent = await send(address.url, path.replaceAll(/\{\w+\}/g, "x"), { method: method.toUpperCase() });
    t.is(sent.status === 401, needsToken, `${method} ${path}`);
  }
});

test("what is answered is as the document has it", async (t) => {
  const { address } = await openServer(t, { config: CONFIG });
  await send(address.url, "/cache/player/memory", { method: "PUT", body: "x" });
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(openApiDocument(), "document");
  let checked = 0;
  for (const { method, path, answers } of OPERATIONS) {
    const schema = answers[200];
    if (schema?.startsWith("#") !== true) continue;
    const target = path
      .replaceAll("{plugin}", "memory")
      .replaceAll("{category}", "player")
      .replaceAll("{key}", "memory");
    const sent = await send(address.url, target, { method: method.toUpperCase(), headers: HEADERS });
    t.is(sent.status, 200, target);
    const validate = ajv.getSchema(`document#/components/schemas/${schema.slice(1)}`);
    t.true(validate?.(JSON.parse(sent.body.toString())), `${target}: ${ajv.errorsText(validate?.errors)}`);
    checked += 1;
  }
  t.true(checked >= 12);
  const error = await send(address.url, "/api/plugins/absent");
  t.true(ajv.validate("document#/components/schemas/Error", JSON.parse(error.body.toString())));
});

test("GET /api/openapi.json answers the document, whose operations have names of their own", async (t) => {
  const { address } = await openServer(t);
  const sent = await send(address.url, "/api/openapi.json");
  t.deepEqual(JSON.parse(sent.body.toString()), JSON.parse(JSON.stringify(openApiDocument())));
  const ids = OPERATIONS.map(({ id }) => id);
  t.is(new Set(ids).size, ids.length);
});
