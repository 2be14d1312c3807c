import { status as Status } from "@grpc/grpc-js";
import test from "ava";
import { once } from "node:events";
import { pino } from "pino";

import { until } from "../../support/until.js";
import { openMojangServer } from "../mojang/open-mojang-server.js";
import { openClient, openEvents } from "./grpc-client.js";
import type { GrpcClient, Message } from "./grpc-client.js";
import { openStalled } from "./open-stalled.js";

/** As much as anybody asks for here. */
const MANY = { requests: 1_000_000, per: "10s" };
const FAKE_MANY = { requests: 1_000_000, per: 10_000 };
const UNLIMITED = { fake: { sessionsLimit: FAKE_MANY }, mojang: { budgets: { sessions: MANY } } };

/** Each login brings a profile of some 1.7 kB. */
async function logIn(client: GrpcClient, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await client.call("rpc.ServerService/Login", { displayName: "Alder", serverId: "server" });
  }
}

test.serial(
  "a look-up brings an event of its id and one of its history, and one from the cache brings none",
  async (t) => {
    const { server } = await openMojangServer(t, { fake: { players: ["Alder"] } });
    const client = openClient(t, server);
    const { events } = await openEvents(t, client);
    const { message } = await client.call("rpc.ProfileService/GetId", { name: "alder" });
    await until("the events", () => events.length >= 2);
    await client.call("rpc.ProfileService/GetId", { name: "alder" });
    await client.call("rpc.ServerService/GetBlacklist");
    await until("the next event", () => events.length >= 3);
    t.deepEqual(
      events.map((event: Message) => [event.type, event.action, event.key?.type_url, event.object.type_url]),
      [
        [
          "PROFILE_ID",
          "POPULATED",
          "type.googleapis.com/rpc.ProfileIdKey",
          "type.googleapis.com/rpc.ProfileId",
        ],
        ["NAME_HISTORY", "POPULATED", "type.googleapis.com/rpc.IdKey", "type.googleapis.com/rpc.NameHistory"],
        ["BLACKLIST", "POPULATED", undefined, "type.googleapis.com/rpc.Blacklist"],
      ],
    );
    const found = client.decode("rpc.ProfileId", events[0].object.value);
    t.deepEqual(found, message);
  },
);

test.serial("a login brings an event of its profile", async (t) => {
  const { server, fake } = await openMojangServer(t);
  fake.join("Alder", "server");
  const client = openClient(t, server);
  const { events } = await openEvents(t, client);
  await logIn(client, 1);
  const event = await until("the event", () => events.find(({ type }) => type === "PROFILE"));
  t.is(client.decode("rpc.Profile", event.object.value).name, "Alder");
});

test.serial(
  "a client that stops taking events is dropped with a note, then cut, and delays nobody",
  async (t) => {
    const lines: { msg: string; reason?: string }[] = [];
    const { server, fake } = await openMojangServer(t, {
      ...UNLIMITED,
      config: { server: { requestTimeout: "1s" } },
      logger: pino({ level: "warn" }, { write: (line) => void lines.push(JSON.parse(line)) }),
    });
    fake.join("Alder", "server");
    const client = openClient(t, server);
    const { events } = await openEvents(t, openClient(t, server));
    const stalled = await openStalled(t, server.address.url);
    await logIn(client, 20);
    await until(
      "all events for the one who takes them",
      () => events.filter(({ type }) => type === "PROFILE").length === 20,
    );
    const note = await until("the note", () => lines.find(({ msg }) => msg.startsWith("Dropped a listener")));
    t.is(note.reason, "stalled");
    await stalled.closed;
    await logIn(client, 1);
    await until("the next", () => events.filter(({ type }) => type === "PROFILE").length === 21);
    t.is(lines.filter(({ msg }) => msg.startsWith("Dropped a listener")).length, 1);
  },
);

test.serial("a client that takes events again after it was dropped learns why", async (t) => {
  const lines: string[] = [];
  const { server, fake } = await openMojangServer(t, {
    ...UNLIMITED,
    config: { server: { requestTimeout: "2s" } },
    logger: pino({ level: "warn" }, { write: (line) => void lines.push(line) }),
  });
  fake.join("Alder", "server");
  const { stream } = await openStalled(t, server.address.url);
  await logIn(openClient(t, server), 5);
  await until("the note", () => lines.some((line) => line.includes("Dropped a listener")));
  stream.resume();
  const [trailers] = (await once(stream, "trailers")) as [Record<string, string>];
  t.is(trailers["grpc-status"], String(Status.RESOURCE_EXHAUSTED));
  t.regex(decodeURI(trailers["grpc-message"] ?? ""), /the client has stopped taking them/);
});

test.serial(
  "one listener more than maxEventListeners is refused, and welcome once another has left",
  async (t) => {
    const { server } = await openMojangServer(t, { config: { server: { maxEventListeners: 2 } } });
    const client = openClient(t, server);
    const { cancel } = await openEvents(t, client);
    await openEvents(t, client);
    await t.throwsAsync(openEvents(t, client), {
      code: Status.RESOURCE_EXHAUSTED,
      message: /expected at most 2 listeners at once \("maxEventListeners"\)/,
    });
    cancel();
    // The server hears of it before it hears of anything that is sent afterwards.
    await client.call("rpc.SystemService/GetStatus");
    await t.notThrowsAsync(openEvents(t, client));
  },
);

test.serial("a stream ends when its client's deadline has passed, and when its client leaves", async (t) => {
  const { server } = await openMojangServer(t, { fake: { players: ["Alder", "Birch"] } });
  const client = openClient(t, server);
  const call = client.stream("rpc.EventService/StreamEvents", {}, { deadline: Date.now() + 300 });
  const error = await new Promise<Message>((resolve) => call.on("error", resolve).resume());
  t.is(error.code, Status.DEADLINE_EXCEEDED);
  const { cancel, ended } = await openEvents(t, client);
  cancel();
  t.is((await ended).code, Status.CANCELLED);
  await t.notThrowsAsync(client.call("rpc.ProfileService/GetId", { name: "Alder" }));
});

test.serial(
  "a server that stops tells those who listen, and does not wait for one who takes nothing",
  async (t) => {
    const { server, fake } = await openMojangServer(t, { ...UNLIMITED, config: { server: { stop: "1s" } } });
    fake.join("Alder", "server");
    const client = openClient(t, server);
    const { ended } = await openEvents(t, client);
    const stalled = await openStalled(t, server.address.url);
    await logIn(client, 20);
    const startedAt = performance.now();
    await server.close();
    t.true(performance.now() - startedAt < 5_000);
    t.like(await ended, { code: Status.UNAVAILABLE });
    await stalled.closed;
  },
);
