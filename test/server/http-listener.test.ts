import test from "ava";
import type { ExecutionContext } from "ava";
import { Hono } from "hono";
import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { pino } from "pino";

import { HttpError } from "../../src/server/http-error.js";
import { HttpListener } from "../../src/server/http-listener.js";
import { readBody } from "../../src/server/read-body.js";
import type { ServerEnv } from "../../src/server/server-env.js";
import { LISTENER_OPTIONS, listenWith } from "./listen-with.js";
import { openServer, withServerSection } from "./open-server.js";
import { errorOf, send, sendRaw } from "./send.js";

/** Answers with what it was sent. */
const echo = new Hono<ServerEnv>()
  .put("*", async (c) => c.body(Buffer.from(await readBody(c, 1000))))
  .get("*", (c) => c.text("here"))
  .onError((_error, c) => c.text("", 400));

/** An open connection, its reception gathered. */
async function open(
  t: ExecutionContext,
  url: string,
): Promise<{ socket: Socket; received: () => string; closed: Promise<void> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  t.teardown(() => socket.destroy());
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  await new Promise<void>((resolve) => socket.on("connect", () => resolve()));
  return { socket, received: () => text, closed };
}

/** A promise and its resolution. */
function gate(): { opened: Promise<unknown>; open: () => void } {
  const emitter = new EventEmitter();
  return { opened: once(emitter, "open"), open: () => emitter.emit("open") };
}

async function until(t: ExecutionContext, condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  t.fail("The condition did not come true within 5 s");
}

test("a response carries its length and the headers that keep browsers away", async (t) => {
  const { address } = await openServer(t);
  for (const path of ["/livez", "/nothing"]) {
    const { headers, body } = await send(address.url, path);
    t.is(headers["content-length"], String(body.byteLength));
    t.is(headers["content-type"], "application/json");
    t.is(headers["cache-control"], "no-store");
    t.is(headers["x-content-type-options"], "nosniff");
    t.is(headers["cross-origin-resource-policy"], "same-origin");
    t.is(headers["server"], undefined);
    t.is(headers["x-powered-by"], undefined);
  }
});

test("the application keeps its own Request and Response", async (t) => {
  const { Request, Response } = globalThis;
  const { url } = await listenWith(t, echo);
  t.is((await send(url, "/")).status, 200);
  t.is(globalThis.Request, Request);
  t.is(globalThis.Response, Response);
});

test("readBody() takes a body of exactly the limit, chunked or not", async (t) => {
  const { url } = await listenWith(t, echo);
  const body = Buffer.alloc(1000, "x");
  t.deepEqual((await send(url, "/", { method: "PUT", body })).body, body);
  const chunked = await send(url, "/", { method: "PUT", body, headers: { "transfer-encoding": "chunked" } });
  t.deepEqual(chunked.body, body);
});

test("a body over the limit is refused with 413, and the client learns it while it is still sending", async (t) => {
  const { address } = await openServer(t, { config: withServerSection({ maxBodyBytes: 1000 }) });
  const body = Buffer.alloc(5_000_000);
  for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
    const sent = await send(address.url, "/cache/player/x", { method: "PUT", body, headers });
    t.is(sent.status, 413);
    t.is(errorOf(sent).code, "STOCKPILE_VALUE_TOO_LARGE");
  }
});

test("a body over the limit that announces itself is refused before it is sent", async (t) => {
  const { address } = await openServer(t, { config: withServerSection({ maxBodyBytes: 1000 }) });
  const text = await sendRaw(
    address.url,
    "PUT /cache/player/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n",
  );
  t.regex(text, /^HTTP\/1\.1 413 /);
});

test("a client that expects 100-continue is told to go on once its body is wanted", async (t) => {
  const { url } = await listenWith(t, echo);
  const { socket, received } = await open(t, url);
  socket.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  await until(t, () => received().startsWith("HTTP/1.1 100 Continue\r\n"));
  socket.write("hello");
  await until(t, () => received().endsWith("hello"));
  t.regex(received(), /HTTP\/1\.1 200 OK/);
});

test("an error nobody expected is a 500 that tells the client nothing of it, and is logged", async (t) => {
  const lines: string[] = [];
  const logger = pino({ level: "error" }, { write: (line) => void lines.push(line) });
  const { address, stockpile } = await openServer(t, { logger });
  stockpile.health = () => {
    throw new Error("secret detail");
  };
  const sent = await send(address.url, "/health");
  t.is(sent.status, 500);
  t.is(errorOf(sent).code, "STOCKPILE_INTERNAL");
  t.notRegex(sent.body.toString(), /secret/);
  t.true(lines.some((line) => line.includes("secret detail")));
});

test("an app that fails with what is no Error is a 500 that tells the client nothing of it, and is logged", async (t) => {
  const lines: string[] = [];
  const logger = pino({ level: "error" }, { write: (line) => void lines.push(line) });
  const app = new Hono<ServerEnv>().get("*", () => Promise.reject("secret detail"));
  const { url } = await listenWith(t, app, { logger });
  const sent = await send(url, "/");
  t.is(sent.status, 500);
  t.is(errorOf(sent).code, "STOCKPILE_INTERNAL");
  t.true(lines.some((line) => line.includes("secret detail")));
});

test("what is not HTTP is answered with 400 and the connection ended", async (t) => {
  const { url } = await listenWith(t, echo);
  t.regex(
    await sendRaw(url, "what is this?\r\n\r\n"),
    /^HTTP\/1\.1 400 Bad Request\r\n[^]*STOCKPILE_REQUEST_INVALID/,
  );
});

test("headers over the limit are answered with 431", async (t) => {
  const { url } = await listenWith(t, echo);
  const text = await sendRaw(url, `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(17_000)}\r\n\r\n`);
  t.regex(text, /^HTTP\/1\.1 431 [^]*STOCKPILE_HEADERS_TOO_LARGE/);
});

test("a request that does not arrive in time is answered with 408 and the connection ended", async (t) => {
  const { url } = await listenWith(t, echo, { requestTimeoutMs: 200 });
  const text = await sendRaw(url, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
  t.regex(text, /^HTTP\/1\.1 408 [^]*STOCKPILE_REQUEST_TIMEOUT/);
});

test("a client that does not take its response in time is cut off", async (t) => {
  const app = new Hono<ServerEnv>().get("*", (c) => c.body(new Uint8Array(30_000_000)));
  const { url } = await listenWith(t, app, { requestTimeoutMs: 200 });
  const { socket, closed } = await open(t, url);
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((resolve) => setTimeout(resolve, 600));
  socket.resume();
  await closed;
  t.true(socket.bytesRead < 30_000_000);
});

test("a connection over the limit is refused, and the others go on", async (t) => {
  const { url } = await listenWith(t, echo, { maxConnections: 1 });
  const first = await open(t, url);
  const second = await open(t, url);
  await second.closed;
  first.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(t, () => first.received().startsWith("HTTP/1.1 200 OK"));
  t.pass();
});

test("a client that leaves in the middle of its body ends its request, and close() has nothing to wait for", async (t) => {
  let failure: unknown;
  const app = new Hono<ServerEnv>();
  app.put("*", async (c) => c.body(Buffer.from(await readBody(c, 1000))));
  app.onError((error, c) => {
    failure = error;
    return c.text("", 400);
  });
  const { url, listener } = await listenWith(t, app);
  const { socket } = await open(t, url);
  socket.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await until(t, () => failure !== undefined);
  t.true(failure instanceof HttpError);
  const startedAt = performance.now();
  await listener.close(60_000);
  t.true(performance.now() - startedAt < 10_000);
});

test("close() ends idle connections at once, and lets a request under way end", async (t) => {
  const release = gate();
  let arrivals = 0;
  const app = new Hono<ServerEnv>().get("/slow", async (c) => {
    arrivals += 1;
    await release.opened;
    return c.body(null, 204, { connection: "close" });
  });
  const { url, listener } = await listenWith(t, app);
  const silent = await open(t, url);
  const idle = await open(t, url);
  idle.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(t, () => idle.received().startsWith("HTTP/1.1 404 "));
  const busy = await open(t, url);
  busy.socket.write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(t, () => arrivals === 1);
  let isClosed = false;
  const close = async (): Promise<void> => {
    await listener.close(10_000);
    isClosed = true;
  };
  const closing = close();
  await Promise.all([silent.closed, idle.closed]);
  t.false(isClosed);
  release.open();
  await closing;
  await busy.closed;
  t.regex(busy.received(), /^HTTP\/1\.1 204 /);
  t.regex(busy.received(), /connection: close/i);
  await t.throwsAsync(send(url, "/"), { code: "ECONNREFUSED" });
});

test("close() cuts a request that does not end within the limit", async (t) => {
  let arrivals = 0;
  const app = new Hono<ServerEnv>().get("*", () => {
    arrivals += 1;
    return new Promise<Response>(() => {});
  });
  const { url, listener } = await listenWith(t, app);
  const { socket, closed } = await open(t, url);
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(t, () => arrivals === 1);
  await listener.close(50);
  await closed;
  t.pass();
});

test("listen() says that a port is in use", async (t) => {
  const { url } = await listenWith(t, echo);
  const other = new HttpListener(echo, LISTENER_OPTIONS);
  await t.throwsAsync(other.listen("127.0.0.1", Number(new URL(url).port)), {
    name: "ListenError",
    code: "EADDRINUSE",
    message: /^Cannot listen on 127\.0\.0\.1:\d+: the port is in use/,
  });
});
