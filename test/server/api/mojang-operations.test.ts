/** What the operations tell of a server that asks Mojang. */
import test from "ava";
import { Ajv2020 } from "ajv/dist/2020.js";

import { openApiDocument } from "../../../src/server/api/openapi-document.js";
import { EventFeed } from "../../../src/server/events/event-feed.js";
import type { FeedEvent } from "../../../src/server/events/feed-event.js";
import { systemClock } from "../../../src/host/main.js";
import { openMojangServer } from "../mojang/open-mojang-server.js";
import { send } from "../send.js";

const NAME = "jeb_";

test("metrics and status tell the budget of each of Mojang's hosts", async (t) => {
  const { url } = await openMojangServer(t);
  t.true([200, 404].includes((await send(url, `/users/profiles/minecraft/${NAME}`)).status));
  const metrics = (await send(url, "/metrics")).body.toString();
  t.regex(metrics, /^stockpile_upstream_requests_total\{host="[^"]+"\} 1$/m);
  t.regex(metrics, /^stockpile_upstream_budget_left\{host="[^"]+"\} \d/m);
  const status: unknown = JSON.parse((await send(url, "/api/status")).body.toString());
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema(openApiDocument(), "document");
  const validate = ajv.getSchema("document#/components/schemas/Status");
  t.true(validate?.(status), ajv.errorsText(validate?.errors));
  t.true((status as { upstreams: { sent: number }[] }).upstreams.some(({ sent }) => sent === 1));
});

test("a category of Mojang's is looked into, and Mojang is not asked for it", async (t) => {
  const { url, server } = await openMojangServer(t);
  const { categories } = server.stockpile.health();
  t.true(categories.length > 0);
  for (const { name } of categories) {
    const sent = await send(url, `/api/categories/${name}/entries/853c80ef3c3749fdaa49938b674adae6`);
    t.is(sent.status, 404, name);
  }
  t.deepEqual(
    server.mojang?.budget().map(({ sent }) => sent),
    server.mojang?.budget().map(() => 0),
  );
});

test("EventFeed tells of entries that come from Mojang and when, and of a blacklist by its size", async (t) => {
  const { server } = await openMojangServer(t);
  const feed = new EventFeed({ stockpile: server.stockpile, mojang: server.mojang, clock: systemClock });
  t.teardown(() => feed.close());
  const told: FeedEvent[] = [];
  feed.subscribe((event) => told.push(event));
  const from = Date.now();
  await server.mojang?.blockedServers();
  const to = Date.now();
  t.deepEqual(
    told.map(({ type, data }) => [type, "type" in data && data.type, "hashes" in data && typeof data.hashes]),
    [["entry", "BLACKLIST", "number"]],
  );
  const [event] = told;
  const at = event !== undefined && "at" in event.data ? Number(event.data.at) : Number.NaN;
  t.true(at >= from && at <= to, "who hears of it later still knows when it was");
});
