/** Whatever a client sends, gRPC answers with a status it documents, and goes on. */
import { status as Status } from "@grpc/grpc-js";
import { fc } from "@fast-check/ava";
import test from "ava";
import { once } from "node:events";
import { connect } from "node:net";

import { openMojangServer } from "../mojang/open-mojang-server.js";
import { openClient } from "./grpc-client.js";
import { int, message, text } from "./wire-bytes.js";

const METHODS = [
  "rpc.ProfileService/GetId",
  "rpc.ProfileService/GetNameHistory",
  "rpc.ProfileService/BulkGetId",
  "rpc.ProfileService/GetProfile",
  "rpc.ServerService/GetBlacklist",
  "rpc.ServerService/CheckBlacklist",
  "rpc.ServerService/Login",
  "rpc.SystemService/GetStatus",
  "rpc.SystemService/GetPlugins",
  "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];
/** Goes on until its client ends it. */
const STREAM = "rpc.EventService/StreamEvents";

/** Those a client's mistake may have, the budget for Mojang being what it is; never UNKNOWN. */
const EXPECTED: ReadonlySet<Status> = new Set([
  Status.OK,
  Status.INVALID_ARGUMENT,
  Status.UNAUTHENTICATED,
  Status.INTERNAL,
  Status.RESOURCE_EXHAUSTED,
]);

const field = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.oneof(fc.string({ unit: "binary" }), fc.uuid()))
    .map(([number, value]) => text(number, value)),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.uint8Array({ maxLength: 40 }))
    .map(([number, value]) => text(number, value)),
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.maxSafeNat()).map(([number, value]) => int(number, value)),
);
const request = fc.oneof(
  fc.array(field, { maxLength: 5 }).map((fields) => message(...fields)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

test.serial("any bytes to any method are answered with a status that is documented", async (t) => {
  const { server } = await openMojangServer(t);
  const client = openClient(t, server);
  const seen = new Set<Status>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(STREAM, ...METHODS), request, async (method, bytes) => {
      const options = method === STREAM ? { deadline: Date.now() + 200 } : {};
      const code = await client.callRaw(method, bytes, options).then(
        () => Status.OK,
        (error: { code: Status }) => error.code,
      );
      seen.add(code);
      return EXPECTED.has(code) || (method === STREAM && code === Status.DEADLINE_EXCEEDED);
    }),
    { numRuns: 300 },
  );
  t.true(seen.has(Status.OK) && seen.has(Status.INVALID_ARGUMENT), "both were reached");
  t.is((await client.call("rpc.SystemService/GetStatus")).message.Brand, "stockpile");
});

test.serial("any bytes on a connection of HTTP/2 end that connection at most", async (t) => {
  const { server } = await openMojangServer(t, { config: { server: { requestTimeout: "1s" } } });
  const client = openClient(t, server);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 24 }),
      fc.uint8Array({ maxLength: 100 }),
      async (length, bytes) => {
        const socket = connect(server.address.port, "127.0.0.1");
        socket.on("error", () => {});
        const closed = once(socket.resume(), "close");
        socket.write(Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").subarray(0, length));
        socket.end(bytes);
        await closed;
      },
    ),
    { numRuns: 50 },
  );
  t.is((await client.call("rpc.SystemService/GetStatus")).message.Brand, "stockpile");
});
