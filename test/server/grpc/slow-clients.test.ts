/** Clients of gRPC that do not send, or do not take, what is due are cut off, and the others are served. */
import { status as Status } from "@grpc/grpc-js";
import test from "ava";
import type { ExecutionContext } from "ava";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import type { ClientHttp2Session, ClientHttp2Stream, Settings } from "node:http2";
import { connect } from "node:net";

import type { RunningServer } from "../../../src/server/main.js";
import { MAX_REQUESTS } from "../../../src/server/grpc/grpc-endpoint.js";
import { until } from "../../support/until.js";
import { openServer, withServerSection } from "../open-server.js";
import { openClient } from "./grpc-client.js";

/** What a connection of HTTP/2 begins with: the preface, and settings that change nothing. */
const PREFACE = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

function openImpatient(t: ExecutionContext): Promise<RunningServer> {
  return openServer(t, { config: withServerSection({ requestTimeout: "500ms" }) });
}

function openSession(
  t: ExecutionContext,
  { address }: RunningServer,
  settings: Settings = {},
): ClientHttp2Session {
  const session = connectHttp2(address.url, { settings });
  t.teardown(() => session.destroy());
  session.on("error", () => {});
  return session;
}

/** A call whose request the test sends. */
function begin(session: ClientHttp2Session, method: string): ClientHttp2Stream {
  const stream = session.request(
    { ":method": "POST", ":path": `/${method}`, "content-type": "application/grpc", te: "trailers" },
    { endStream: false },
  );
  stream.on("error", () => {});
  return stream;
}

async function goesOn(t: ExecutionContext, server: RunningServer): Promise<void> {
  t.is((await openClient(t, server).call("rpc.SystemService/GetStatus")).message.Brand, "stockpile");
}

for (const [what, bytes] of [
  ["does not send its request", Buffer.alloc(0)],
  ["sends half of its request", Buffer.from([0, 0, 0])],
  ["does not say that its request has ended", Buffer.alloc(5)],
] as const) {
  test.serial(`the call of a client that ${what} is ended in time`, async (t) => {
    const server = await openImpatient(t);
    const stream = begin(openSession(t, server), "rpc.SystemService/GetPlugins");
    if (bytes.length > 0) stream.write(bytes);
    const [headers] = (await once(stream, "response")) as [Record<string, string>];
    t.is(headers["grpc-status"], String(Status.DEADLINE_EXCEEDED));
    await goesOn(t, server);
  });
}

test.serial("a stream of questions that stops is ended in time", async (t) => {
  const server = await openImpatient(t);
  const stream = begin(openSession(t, server), "grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
  stream.write(Buffer.from([0, 0, 0, 0, 2, 0x3a, 0])); // list_services
  stream.resume();
  const [trailers] = (await once(stream, "trailers")) as [Record<string, string>];
  t.is(trailers["grpc-status"], String(Status.DEADLINE_EXCEEDED));
  await goesOn(t, server);
});

test.serial("a client that takes nothing of its answer is cut off", async (t) => {
  const server = await openImpatient(t);
  const session = openSession(t, server, { initialWindowSize: 0 });
  const closed = once(session, "close");
  begin(session, "rpc.SystemService/GetStatus").end(Buffer.alloc(5));
  await closed;
  await goesOn(t, server);
});

test.serial("a client that is gone without a word is cut off", async (t) => {
  const server = await openImpatient(t);
  const socket = connect(server.address.port, "127.0.0.1");
  t.teardown(() => socket.destroy());
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.resume().once("close", resolve));
  // It sends no more than that: no acknowledgement of settings, no answer to a ping.
  socket.write(PREFACE);
  await closed;
  await goesOn(t, server);
});

test.serial("a client that has closed its half of the connection is cut off", async (t) => {
  const server = await openServer(t);
  const socket = connect({ port: server.address.port, host: "127.0.0.1", allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  socket.on("error", () => {});
  const ended = new Promise((resolve) => socket.resume().once("end", resolve));
  socket.end(PREFACE);
  await ended;
  await goesOn(t, server);
});

test.serial("half-sent requests are bounded over all connections, and what is refused is told", async (t) => {
  const server = await openServer(t);
  const statuses: string[] = [];
  for (const session of [openSession(t, server), openSession(t, server)]) {
    // oxlint-disable-next-line no-await-in-loop -- One connection after the other.
    await once(session, "remoteSettings");
    for (let number = 0; number < MAX_REQUESTS / 2 + 50; number += 1) {
      const stream = begin(session, "rpc.SystemService/GetStatus");
      stream.once("response", (headers) => statuses.push(String(headers["grpc-status"])));
      stream.write(Buffer.from([0, 0, 0, 1, 0]));
    }
  }
  await until("the refusals", () => statuses.length === 100);
  t.deepEqual([...new Set(statuses)], [String(Status.RESOURCE_EXHAUSTED)]);
  const client = openClient(t, server);
  const refused = await t.throwsAsync(client.call("rpc.SystemService/GetStatus"));
  t.regex(refused?.message ?? "", /expected at most 2048 at once/);
});

test.serial("a call that is over makes room for another, however it has ended", async (t) => {
  const server = await openServer(t);
  for (let round = 0; round < 3; round += 1) {
    const session = openSession(t, server);
    const streams = Array.from({ length: MAX_REQUESTS - 100 }, () => {
      const stream = begin(session, "rpc.SystemService/GetStatus");
      stream.write(Buffer.from([0, 0, 0, 1, 0]));
      return stream;
    });
    // oxlint-disable-next-line no-await-in-loop -- Its own call is answered after those have begun.
    await goesOn(t, server);
    for (const stream of streams) stream.close();
    session.destroy();
  }
  await goesOn(t, server);
});
