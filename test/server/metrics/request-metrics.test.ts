/** What is counted of requests and calls. */
import { status as Status } from "@grpc/grpc-js";
import test from "ava";

import { MAX_REQUEST_BYTES } from "../../../src/server/grpc/grpc-endpoint.js";
import { openClient, openEvents } from "../grpc/grpc-client.js";
import { openMojangServer } from "../mojang/open-mojang-server.js";
import { openServer } from "../open-server.js";
import { send } from "../send.js";

/** The samples of what is counted here, by name and labels. */
async function samples(url: string): Promise<Map<string, number>> {
  const text = (await send(url, "/metrics")).body.toString();
  const lines = [...text.matchAll(/^(stockpile_(?:http|grpc)_\S+) (\S+)$/gm)];
  return new Map(lines.map(([, name = "", value]) => [name, Number(value)]));
}

test.serial(
  "requests are counted by method, route and status, and their time by method and route",
  async (t) => {
    const { address } = await openServer(t);
    await send(address.url, "/cache/player/secret-key", { method: "PUT", body: "x" });
    for (const key of ["secret-key", "other", "another"]) await send(address.url, `/cache/player/${key}`);
    await send(address.url, "/cache/player/x?ttl=never", { method: "PUT", body: "x" });
    await send(address.url, "/cache/player/x", { method: "HEAD" });
    await send(address.url, "/api/plugins/memory");
    await send(address.url, "/nothing/secret-key");
    const counted = await samples(address.url);
    const requests = (labels: string): number | undefined =>
      counted.get(`stockpile_http_requests_total{${labels}}`);
    const entry = 'route="/cache/{category}/{key}"';
    t.is(requests(`method="PUT",${entry},status="204"`), 1);
    t.is(requests(`method="PUT",${entry},status="400"`), 1);
    t.is(requests(`method="GET",${entry},status="200"`), 1);
    t.is(requests(`method="GET",${entry},status="404"`), 2);
    t.is(requests(`method="HEAD",${entry},status="404"`), 1);
    t.is(requests('method="GET",route="/api/plugins/{plugin}",status="200"'), 1);
    t.is(requests('method="GET",route="unmatched",status="404"'), 1);
    t.false([...counted.keys()].some((name) => name.includes("secret-key")));

    const seconds = (part: string, labels: string): number | undefined =>
      counted.get(`stockpile_http_request_duration_seconds_${part}{${labels}}`);
    t.is(seconds("count", `method="GET",${entry}`), 3);
    t.is(seconds("bucket", `le="+Inf",method="GET",${entry}`), 3);
    t.true((seconds("sum", `method="GET",${entry}`) ?? 0) > 0);
  },
);

test.serial("a client cannot add to the labels, whatever it sends", async (t) => {
  const { address } = await openServer(t);
  const sendAll = async (round: number): Promise<number> => {
    for (const method of ["GET", "PROPFIND", "MKCOL"]) {
      await send(address.url, `/cache/player/${round}`, { method });
      await send(address.url, `/cache/category${round % 3}/x`, { method });
      await send(address.url, `/nothing/${round}`, { method });
      await send(address.url, `/api/plugins/${round}?${round}`, { method });
      await send(address.url, `/%zz${round}`, { method });
    }
    return (await samples(address.url)).size;
  };
  await sendAll(0);
  const size = await sendAll(1);
  t.true(size > 0);
  for (let round = 2; round < 20; round += 1) t.is(await sendAll(round), size);
});

test.serial(
  "calls are counted by method and the status their client was sent, and the time of all but streams",
  async (t) => {
    const { server, fake, url } = await openMojangServer(t, { fake: { players: ["Alder"] } });
    const client = openClient(t, server);
    const fails = (call: Promise<unknown>, code: Status): Promise<unknown> => t.throwsAsync(call, { code });
    await client.call("rpc.ProfileService/GetId", { name: "Alder" });
    await fails(client.call("rpc.ProfileService/GetProfile", { id: "none" }), Status.INVALID_ARGUMENT);
    // grpc-js answers these itself.
    await fails(client.callRaw("rpc.ProfileService/GetId", Buffer.from([0xff])), Status.INTERNAL);
    const large = Buffer.alloc(MAX_REQUEST_BYTES + 1);
    await fails(client.callRaw("rpc.ProfileService/GetId", large), Status.RESOURCE_EXHAUSTED);
    await fails(client.callRaw("rpc.ProfileService/secret-method", Buffer.alloc(0)), Status.UNIMPLEMENTED);
    fake.fail("hang");
    const deadline = Date.now() + 300;
    await fails(
      client.call("rpc.ProfileService/GetId", { name: "Birch" }, { deadline }),
      Status.DEADLINE_EXCEEDED,
    );
    const { cancel } = await openEvents(t, client);
    cancel();

    const calls = (method: string, status: string): string =>
      `stockpile_grpc_calls_total{method="rpc.${method}",status="${status}"}`;
    // A client knows of its own deadline before the server does.
    const areAllThere = (seen: ReadonlyMap<string, number>): boolean =>
      seen.has(calls("EventService/StreamEvents", "CANCELLED")) &&
      seen.get('stockpile_grpc_call_duration_seconds_count{method="rpc.ProfileService/GetId"}') === 4;
    let counted = await samples(url);
    for (let turn = 0; turn < 500 && !areAllThere(counted); turn += 1) counted = await samples(url);
    t.is(counted.get(calls("ProfileService/GetId", "OK")), 1);
    t.is(counted.get(calls("ProfileService/GetProfile", "INVALID_ARGUMENT")), 1);
    t.is(counted.get(calls("ProfileService/GetId", "INTERNAL")), 1);
    t.is(counted.get(calls("ProfileService/GetId", "RESOURCE_EXHAUSTED")), 1);
    // Whichever of the two came first: the deadline, or that the client had gone.
    const ended = ["DEADLINE_EXCEEDED", "CANCELLED"].map((status) =>
      counted.get(calls("ProfileService/GetId", status)),
    );
    t.deepEqual(
      ended.filter((value) => value !== undefined),
      [1],
    );
    t.false([...counted.keys()].some((name) => name.includes("secret-method")));
    const count = 'stockpile_grpc_call_duration_seconds_count{method="rpc.';
    t.is(counted.get(`${count}ProfileService/GetId"}`), 4);
    t.false(counted.has(`${count}EventService/StreamEvents"}`));
  },
);
