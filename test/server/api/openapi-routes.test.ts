/** That the OpenAPI document has what a server serves, whatever its configuration. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { Ajv2020 } from "ajv/dist/2020.js";
import { pino } from "pino";

import { systemClock } from "../../../src/host/main.js";
import { openApiDocument } from "../../../src/server/api/openapi-document.js";
import { MOJANG_OPERATIONS } from "../../../src/server/api/openapi-mojang-operations.js";
import { CacheResource } from "../../../src/server/cache-resource.js";
import { CategoryPool } from "../../../src/server/category-pool.js";
import { createApp } from "../../../src/server/create-app.js";
import { EventFeed } from "../../../src/server/events/event-feed.js";
import { EventStreams } from "../../../src/server/events/event-streams.js";
import { FigureHistory } from "../../../src/server/history/figure-history.js";
import type { RunningServer } from "../../../src/server/main.js";
import { RequestMetrics } from "../../../src/server/metrics/request-metrics.js";
import { openMojangServer } from "../mojang/open-mojang-server.js";
import { openServer } from "../open-server.js";
import { send } from "../send.js";

/** What is looked at of the document. */
interface Document {
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, DocumentedResponse> }>>;
}

interface DocumentedResponse {
  readonly content?: Record<string, { readonly schema?: { readonly $ref: string } }>;
}

/** Of an app of this server's parts: what it answers by a method of its own, but for the web page's files. */
function routesOf({ stockpile, mojang, config }: RunningServer): string[] {
  const clock = systemClock;
  const logger = pino({ level: "silent" });
  const categories = new CategoryPool(stockpile, 10);
  const feed = new EventFeed({ stockpile, mojang, clock });
  const app = createApp({
    cache: new CacheResource({ categories, clock, maxBodyBytes: 1000 }),
    stockpile,
    mojang,
    categories,
    events: new EventStreams({ feed, clock, logger, maxListeners: 10 }),
    history: new FigureHistory({ stockpile, clock }),
    config,
    liveConfig: () => config,
    logger,
    clock,
    isStopping: () => false,
    isClosing: () => false,
    isLoopbackOnly: () => true,
    token: () => undefined,
    hasOpenWrites: () => false,
    metrics: new RequestMetrics(),
    certificateExpiresAt: () => undefined,
  });
  feed.close();
  const routes = app.routes
    .filter(({ method, path }) => method !== "ALL" && !/^\/(?:ui(?:\/.*)?)?$/.test(path))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, "{$1}")}`);
  return [...new Set(routes)].toSorted();
}

async function describedBy(url: string): Promise<string[]> {
  const { paths } = JSON.parse((await send(url, "/api/openapi.json")).body.toString()) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const ids = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map((each) => each.operationId),
  );
  if (new Set(ids).size !== ids.length) throw new Error(`An operationId is there twice: ${ids.join()}`);
  return Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .toSorted();
}

async function compare(t: ExecutionContext, server: RunningServer, least: number): Promise<void> {
  const routes = routesOf(server);
  t.true(routes.length >= least, String(routes.length));
  t.deepEqual(await describedBy(server.address.url), routes);
}

test("the document has exactly the routes of a server that does not ask Mojang", async (t) => {
  await compare(t, await openServer(t), 20);
});

test("the document has Mojang's routes where they are served, and those of /v1 where these are", async (t) => {
  const { server } = await openMojangServer(t);
  await compare(t, server, 31);
  const { server: legacy } = await openMojangServer(t, { mojang: { legacyApi: true } });
  await compare(t, legacy, 43);
});

test("what Mojang's routes answer is as the document has it, their errors included", async (t) => {
  const { url, fake } = await openMojangServer(t, { fake: { players: ["Alder"] } });
  fake.join("Alder", "server");
  const { id } = JSON.parse((await send(url, "/users/profiles/minecraft/Alder")).body.toString());
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(openApiDocument(MOJANG_OPERATIONS), "document");
  const check = (name: string, body: Buffer, what: string): void => {
    const validate = ajv.getSchema(`document#/components/schemas/${name}`);
    t.true(validate?.(JSON.parse(body.toString())), `${what}: ${ajv.errorsText(validate?.errors)}`);
  };
  let checked = 0;
  for (const { method, path, answers, query } of MOJANG_OPERATIONS) {
    const schema = answers[200] ?? "";
    const target = path.replace("{name}", "Alder").replace("{id}", id);
    const search = query?.includes("serverId") === true ? "?username=Alder&serverId=server" : "";
    const body = method === "post" ? { body: '["Alder"]' } : {};
    const headers = { "content-type": "application/json" };
    const sent = await send(url, target + search, { method: method.toUpperCase(), headers, ...body });
    t.is(sent.status, 200, target);
    if (!schema.startsWith("#")) continue;
    check(schema.slice(1), sent.body, target);
    checked += 1;
  }
  t.true(checked >= 9, String(checked));
  const refused = await send(url, "/users/profiles/minecraft/no-name");
  t.is(refused.status, 400);
  check("MojangError", refused.body, "an error");
});

test("what is refused, without the token or before its route is known, is as the document has it", async (t) => {
  const { url } = await openMojangServer(t, { mojang: { legacyApi: true } });
  const { url: guarded } = await openMojangServer(t, {
    mojang: { legacyApi: true },
    config: { server: { token: "a".repeat(32) } },
  });
  const document = JSON.parse((await send(url, "/api/openapi.json")).body.toString()) as Document;
  const crossSite = { "sec-fetch-site": "cross-site" };
  const foreign = { host: "page.example" };
  for (const [server, method, path, target, headers, status] of [
    [url, "delete", "/cache/{category}/{key}", "/cache/a/b", {}, 403],
    [guarded, "delete", "/cache/{category}/{key}", "/cache/a/b", {}, 401],
    [url, "delete", "/v1/name/{subject}", "/v1/name/Alder", {}, 403],
    [guarded, "delete", "/v1/name/{subject}", "/v1/name/Alder", {}, 401],
    [guarded, "delete", "/v1/name/{subject}", "/v1/name/Alder", crossSite, 403],
    [url, "get", "/v1/name/{subject}", "/v1/name/Alder", foreign, 421],
    [url, "get", "/users/profiles/minecraft/{name}", "/users/profiles/minecraft/Alder", crossSite, 403],
    [url, "get", "/users/profiles/minecraft/{name}", "/users/profiles/minecraft/Alder", foreign, 421],
    [url, "get", "/publickeys", `/publickeys?${"&".repeat(8_192)}`, {}, 414],
  ] as const) {
    const sent = await send(server, target, { method: method.toUpperCase(), headers });
    const what = `${method} ${path} ${status}`;
    t.is(sent.status, status, what);
    const responses = document.paths[path]?.[method]?.responses ?? {};
    const { content = {} } = responses[status] ?? responses["default"] ?? {};
    const [type = ""] = String(sent.headers["content-type"]).split(";");
    t.true(type in content, `${what}: ${type} is none of ${Object.keys(content).join()}`);
    if (type !== "application/json") continue;
    const validate = new Ajv2020({ strict: false }).addSchema(document, "document");
    const $ref = content[type]?.schema?.$ref ?? "";
    t.true(validate.validate({ $ref: `document${$ref}` }, JSON.parse(sent.body.toString())), what);
  }
});
