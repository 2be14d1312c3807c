import { status as Status } from "@grpc/grpc-js";
import test from "ava";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";

import { MAX_REQUEST_BYTES } from "../../../src/server/grpc/grpc-endpoint.js";
import { until } from "../../support/until.js";
import { openMojangServer } from "../mojang/open-mojang-server.js";
import { openServer, withServerSection } from "../open-server.js";
import { send } from "../send.js";
import { openClient } from "./grpc-client.js";
import { text } from "./wire-bytes.js";

test.serial("gRPC and HTTP/1.1 are served beside each other on one port", async (t) => {
  const server = await openServer(t);
  const client = openClient(t, server);
  for (let round = 0; round < 3; round += 1) {
    const [{ message }, { status }] = await Promise.all([
      client.call("rpc.SystemService/GetStatus"),
      send(server.address.url, "/livez"),
    ]);
    t.is(message.Brand, "stockpile");
    t.is(status, 200);
  }
});

test.serial(
  "a request over the limit is refused, compressed or not, and one of the limit is taken",
  async (t) => {
    const { server } = await openMojangServer(t);
    const client = openClient(t, server);
    const login = (bytes: Buffer): Promise<Buffer> =>
      client.callRaw("rpc.ServerService/CheckBlacklist", bytes);
    await t.notThrowsAsync(login(text(1, "x".repeat(MAX_REQUEST_BYTES - 4))));
    await t.throwsAsync(login(text(1, "x".repeat(MAX_REQUEST_BYTES))), { code: Status.RESOURCE_EXHAUSTED });

    const session = connectHttp2(server.address.url);
    t.teardown(() => session.destroy());
    const stream = session.request({
      ":method": "POST",
      ":path": "/rpc.ServerService/CheckBlacklist",
      "content-type": "application/grpc",
      "grpc-encoding": "gzip",
      te: "trailers",
    });
    const bomb = gzipSync(text(1, "x".repeat(50_000_000)));
    t.true(bomb.byteLength < MAX_REQUEST_BYTES);
    const head = Buffer.from([1, 0, 0, 0, 0]);
    head.writeUInt32BE(bomb.byteLength, 1);
    stream.end(Buffer.concat([head, bomb]));
    const [headers] = (await once(stream, "response")) as [Record<string, string>];
    t.is(headers["grpc-status"], String(Status.RESOURCE_EXHAUSTED));
  },
);

test.serial(
  "HTTP/2 that is not gRPC is a 415, a method that does not exist UNIMPLEMENTED, garbage no harm",
  async (t) => {
    const server = await openServer(t);
    const session = connectHttp2(server.address.url);
    t.teardown(() => session.destroy());
    const [headers] = (await once(session.request({ ":path": "/health" }), "response")) as [
      Record<string, unknown>,
    ];
    t.is(headers[":status"], 415);
    const client = openClient(t, server);
    await t.throwsAsync(client.callRaw("rpc.ProfileService/Nothing", Buffer.alloc(0)), {
      code: Status.UNIMPLEMENTED,
    });
    await t.throwsAsync(client.callRaw("rpc.SystemService/GetStatus", Buffer.from([0xff, 0xff])), {
      code: Status.INTERNAL,
    });
    const socket = connect(server.address.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.end("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nthis is no frame, however long it may go on");
    await once(socket.resume(), "close");
    t.is((await client.call("rpc.SystemService/GetStatus")).message.Brand, "stockpile");
  },
);

test.serial(
  "a call whose deadline passes, or that is cancelled, ends at once; what it asked for is there for the next",
  async (t) => {
    const { server, fake } = await openMojangServer(t, {
      fake: { players: ["Alder"] },
      mojang: { attemptTimeout: "3s", deadline: "9s" },
    });
    const client = openClient(t, server);
    fake.fail("hang", 1);
    const startedAt = performance.now();
    await t.throwsAsync(
      client.call("rpc.ProfileService/GetId", { name: "Alder" }, { deadline: Date.now() + 200 }),
      { code: Status.DEADLINE_EXCEEDED },
    );
    t.true(performance.now() - startedAt < 2_900);
    t.is((await client.call("rpc.ProfileService/GetId", { name: "Alder" })).message.name, "Alder");
    t.is(fake.seen.length, 2, "the second call has joined what the first began");
  },
);

test.serial("connections of gRPC count toward maxConnections as others do", async (t) => {
  const server = await openServer(t, { config: withServerSection({ maxConnections: 1 }) });
  const client = openClient(t, server);
  await client.call("rpc.SystemService/GetStatus");
  await t.throwsAsync(send(server.address.url, "/livez"), { code: "ECONNRESET" });
  client.close();
  let status = 0;
  while (status !== 200) {
    // Until the server has noticed.
    status = await send(server.address.url, "/livez").then(
      (sent) => sent.status,
      () => 0,
    );
  }
  t.is(status, 200);
});

test.serial(
  "a server that stops lets a call end that ends in time, and cuts one that does not",
  async (t) => {
    for (const { stop, code } of [
      { stop: "10s", code: Status.OK },
      { stop: "300ms", code: Status.UNAVAILABLE },
    ]) {
      const { server, fake } = await openMojangServer(t, {
        fake: { players: ["Alder"] },
        mojang: { attemptTimeout: "600ms", deadline: "4s" },
        config: { server: { stop } },
      });
      const client = openClient(t, server);
      await client.call("rpc.SystemService/GetStatus");
      fake.fail("hang", 1);
      const call = client.call("rpc.ProfileService/GetId", { name: "Alder" }).then(
        () => Status.OK,
        (error: { code: Status }) => error.code,
      );
      await until("the request", () => fake.seen.length > 0);
      const startedAt = performance.now();
      await server.close();
      t.true(performance.now() - startedAt < 5_000);
      t.is(await call, code, stop);
      await t.throwsAsync(client.call("rpc.SystemService/GetStatus"), { code: Status.UNAVAILABLE });
    }
  },
);
