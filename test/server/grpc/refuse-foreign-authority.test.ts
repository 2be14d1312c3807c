import { status as Status } from "@grpc/grpc-js";
import test from "ava";
import type { ExecutionContext } from "ava";

import type { RunningServer } from "../../../src/server/main.js";
import { openMojangServer } from "../mojang/open-mojang-server.js";
import { openServer, withServerSection } from "../open-server.js";
import { send } from "../send.js";
import { GrpcClient } from "./grpc-client.js";

/** A client that says it calls a server of this name. */
function openAs(t: ExecutionContext, authority: string, { address }: RunningServer): GrpcClient {
  const options = { "grpc.default_authority": authority, "grpc.use_local_subchannel_pool": 1 };
  const client = new GrpcClient({ host: "127.0.0.1", port: address.port }, options);
  t.teardown(() => client.close());
  return client;
}

test("calls for a host that is not among server.hosts are refused, whatever they ask, and counted", async (t) => {
  const { server, url } = await openMojangServer(t, { config: { server: { hosts: ["cache.example.org"] } } });
  const client = openAs(t, "rebound.example.org:36623", server);
  for (const method of ["rpc.SystemService/GetStatus", "rpc.ProfileService/GetId"]) {
    await t.throwsAsync(client.call(method), {
      code: Status.PERMISSION_DENIED,
      message:
        /Cannot serve host "rebound\.example\.org:36623": expected localhost, an IP address, or a name/,
    });
  }
  const stream = client.stream("rpc.EventService/StreamEvents");
  const error = await new Promise<{ readonly code?: number }>((resolve) =>
    stream.on("error", resolve).resume(),
  );
  t.is(error.code, Status.PERMISSION_DENIED);
  const metrics = (await send(url, "/metrics")).body.toString();
  t.regex(metrics, /^stockpile_grpc_calls_total\{[^}]*GetStatus[^}]*PERMISSION_DENIED[^}]*\} 1$/m);
});

test("calls for a host among server.hosts, for localhost and for IP addresses are served", async (t) => {
  const server = await openServer(t, { config: withServerSection({ hosts: ["cache.example.org"] }) });
  for (const authority of [
    "cache.example.org:36623",
    "CACHE.example.org",
    "localhost:1",
    "10.0.0.5",
    "[::1]:80",
  ]) {
    const { message } = await openAs(t, authority, server).call("rpc.SystemService/GetStatus");
    t.is(message.Brand, "stockpile", authority);
  }
});

test("without server.hosts calls are served whatever host they are for", async (t) => {
  const client = openAs(t, "anything.example.org", await openServer(t));
  t.is((await client.call("rpc.SystemService/GetStatus")).message.Brand, "stockpile");
});
