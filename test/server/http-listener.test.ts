import test from "ava";
import type { ExecutionContext } from "ava";
import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { pino } from "pino";

import { HttpError } from "../../src/server/http-error.js";
import { HttpListener } from "../../src/server/http-listener.js";
import type { HttpListenerOptions } from "../../src/server/http-listener.js";
import { jsonResponse } from "../../src/server/http-message.js";
import type { HttpHandler } from "../../src/server/http-message.js";
import { errorOf, send, sendRaw } from "./send.js";

const OPTIONS: HttpListenerOptions = {
  logger: pino({ level: "silent" }),
  maxConnections: 100,
  maxInFlightBytes: 1_000_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 5_000,
};

/** Answers with what it was sent. */
const echo: HttpHandler = async ({ method, target, readBody }) => {
  if (method === "PUT") return { status: 200, body: await readBody(1000) };
  return jsonResponse(200, { method, target });
};

async function listen(
  t: ExecutionContext,
  handler: HttpHandler,
  options: Partial<HttpListenerOptions> = {},
): Promise<{ url: string; listener: HttpListener }> {
  const listener = new HttpListener(handler, { ...OPTIONS, ...options });
  const { port } = await listener.listen("127.0.0.1", 0);
  t.teardown(() => listener.close(0));
  return { url: `http://127.0.0.1:${port}`, listener };
}

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
  const { url } = await listen(t, echo);
  const { status, headers, body } = await send(url, "/x");
  t.is(status, 200);
  t.is(headers["content-length"], String(body.byteLength));
  t.is(headers["cache-control"], "no-store");
  t.is(headers["x-content-type-options"], "nosniff");
  t.is(headers["cross-origin-resource-policy"], "same-origin");
  t.is(headers["server"], undefined);
  t.is(headers["x-powered-by"], undefined);
});

test("a response to HEAD has the length of the body and no body", async (t) => {
  const { url } = await listen(t, echo);
  const { headers, body } = await send(url, "/x", { method: "HEAD" });
  t.is(headers["content-length"], String(Buffer.byteLength('{"method":"HEAD","target":"/x"}\n')));
  t.is(body.byteLength, 0);
});

test("readBody() takes a body of exactly the limit, chunked or not", async (t) => {
  const { url } = await listen(t, echo);
  const body = Buffer.alloc(1000, "x");
  t.deepEqual((await send(url, "/", { method: "PUT", body })).body, body);
  const chunked = await send(url, "/", { method: "PUT", body, headers: { "transfer-encoding": "chunked" } });
  t.deepEqual(chunked.body, body);
});

test("readBody() refuses a body over the limit with 413, and the client learns it while it is still sending", async (t) => {
  const { url } = await listen(t, echo);
  const body = Buffer.alloc(5_000_000);
  for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
    const sent = await send(url, "/", { method: "PUT", body, headers });
    t.is(sent.status, 413);
    t.is(errorOf(sent).code, "STOCKPILE_VALUE_TOO_LARGE");
    t.is(sent.headers.connection, "close");
  }
});

test("a body over the limit that announces itself is refused before it is sent", async (t) => {
  const { url } = await listen(t, echo);
  const text = await sendRaw(
    url,
    "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n",
  );
  t.regex(text, /^HTTP\/1\.1 413 /);
});

test("a client that expects 100-continue is told to go on once its body is wanted", async (t) => {
  const { url } = await listen(t, echo);
  const { socket, received } = await open(t, url);
  socket.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  await until(t, () => received().startsWith("HTTP/1.1 100 Continue\r\n"));
  socket.write("hello");
  await until(t, () => received().endsWith("hello"));
  t.regex(received(), /HTTP\/1\.1 200 OK/);
});

test("bodies over the budget are refused with 503, and the budget is free again afterwards", async (t) => {
  const release = gate();
  const handler: HttpHandler = async ({ readBody }) => {
    const body = await readBody(1000);
    if (body.byteLength === 700) await release.opened;
    return { status: 204 };
  };
  const { url } = await listen(t, handler, { maxInFlightBytes: 1000 });
  const first = send(url, "/", { method: "PUT", body: Buffer.alloc(700) });
  // The first body may be on its way still: the second is refused as soon as it has arrived.
  let second = await send(url, "/", { method: "PUT", body: Buffer.alloc(400) });
  for (let turn = 0; second.status !== 503 && turn < 100; turn += 1) {
    second = await send(url, "/", { method: "PUT", body: Buffer.alloc(400) });
  }
  t.is(second.status, 503);
  t.is(errorOf(second).code, "STOCKPILE_SERVER_BUSY");
  t.is(second.headers["retry-after"], "1");
  release.open();
  t.is((await first).status, 204);
  t.is((await send(url, "/", { method: "PUT", body: Buffer.alloc(1000) })).status, 204);
});

test("a response body over the budget is answered with 503", async (t) => {
  const { url } = await listen(t, async () => ({ status: 200, body: Buffer.alloc(2000) }), {
    maxInFlightBytes: 1000,
  });
  t.is((await send(url, "/")).status, 503);
});

test("an error nobody expected is a 500 that tells the client nothing of it, and is logged", async (t) => {
  const lines: string[] = [];
  const logger = pino({ level: "info" }, { write: (line) => void lines.push(line) });
  const { url } = await listen(t, () => Promise.reject(new Error("secret detail")), { logger });
  const sent = await send(url, "/");
  t.is(sent.status, 500);
  t.is(errorOf(sent).code, "STOCKPILE_INTERNAL");
  t.notRegex(sent.body.toString(), /secret/);
  t.true(lines.some((line) => line.includes("secret detail")));
});

test("what is not HTTP is answered with 400 and the connection ended", async (t) => {
  const { url } = await listen(t, echo);
  t.regex(
    await sendRaw(url, "what is this?\r\n\r\n"),
    /^HTTP\/1\.1 400 Bad Request\r\n[^]*STOCKPILE_REQUEST_INVALID/,
  );
});

test("headers over the limit are answered with 431", async (t) => {
  const { url } = await listen(t, echo);
  const text = await sendRaw(url, `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(17_000)}\r\n\r\n`);
  t.regex(text, /^HTTP\/1\.1 431 [^]*STOCKPILE_HEADERS_TOO_LARGE/);
});

test("a request that does not arrive in time is answered with 408 and the connection ended", async (t) => {
  const { url } = await listen(t, echo, { requestTimeoutMs: 200 });
  const text = await sendRaw(url, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
  t.regex(text, /^HTTP\/1\.1 408 [^]*STOCKPILE_REQUEST_TIMEOUT/);
});

test("a client that does not take its response in time is cut off", async (t) => {
  const { url } = await listen(t, async () => ({ status: 200, body: Buffer.alloc(30_000_000) }), {
    maxInFlightBytes: 40_000_000,
    requestTimeoutMs: 200,
  });
  const { socket, closed } = await open(t, url);
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((resolve) => setTimeout(resolve, 600));
  socket.resume();
  await closed;
  t.true(socket.bytesRead < 30_000_000);
  t.is((await send(url, "/", { method: "HEAD" })).status, 200, "the budget is free again");
});

test("a connection over the limit is refused, and the others go on", async (t) => {
  const { url } = await listen(t, echo, { maxConnections: 1 });
  const first = await open(t, url);
  const second = await open(t, url);
  await second.closed;
  first.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(t, () => first.received().startsWith("HTTP/1.1 200 OK"));
  t.pass();
});

test("a client that leaves in the middle of its body leaves nothing behind", async (t) => {
  let failure: unknown;
  const handler: HttpHandler = async ({ readBody }) => {
    try {
      return { status: 200, body: await readBody(1000) };
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const { url, listener } = await listen(t, handler);
  const { socket } = await open(t, url);
  socket.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await until(t, () => failure !== undefined);
  t.true(failure instanceof HttpError);
  await listener.close(10_000);
});

test("close() ends idle connections at once, and lets a request under way end", async (t) => {
  const release = gate();
  let arrivals = 0;
  const { url, listener } = await listen(t, async () => {
    arrivals += 1;
    await release.opened;
    return { status: 204 };
  });
  const idle = await open(t, url);
  const busy = await open(t, url);
  busy.socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(t, () => arrivals === 1);
  let isClosed = false;
  const close = async (): Promise<void> => {
    await listener.close(10_000);
    isClosed = true;
  };
  const closing = close();
  await idle.closed;
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
  const { url, listener } = await listen(t, () => {
    arrivals += 1;
    return new Promise(() => {});
  });
  const { socket, closed } = await open(t, url);
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(t, () => arrivals === 1);
  await listener.close(50);
  await closed;
  t.pass();
});

test("listen() says that a port is in use", async (t) => {
  const { url } = await listen(t, echo);
  const other = new HttpListener(echo, OPTIONS);
  await t.throwsAsync(other.listen("127.0.0.1", Number(new URL(url).port)), {
    name: "ListenError",
    code: "EADDRINUSE",
    message: /^Cannot listen on 127\.0\.0\.1:\d+: the port is in use/,
  });
});
