import test from "ava";
import type { ExecutionContext } from "ava";
import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";

import { systemClock } from "../../../src/host/main.js";
import { UpstreamError } from "../../../src/mojang/upstream/upstream-error.js";
import { UpstreamHost } from "../../../src/mojang/upstream/upstream-host.js";
import type { UpstreamHostOptions } from "../../../src/mojang/upstream/upstream-host.js";

/** A host whose n-th request is answered by the n-th listener, or by the last one. */
async function openHost(
  t: ExecutionContext,
  listeners: readonly RequestListener[],
  options: Partial<UpstreamHostOptions> = {},
): Promise<{ host: UpstreamHost; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, reply) => {
    seen.push(request.url ?? "");
    listeners[Math.min(seen.length, listeners.length) - 1]?.(request, reply);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const host = new UpstreamHost({
    name: "services",
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`,
    limits: { requests: 100, per: 60_000 },
    attemptTimeoutMs: 4_000,
    deadlineMs: 20_000,
    retries: 2,
    logger: pino({ level: "silent" }),
    clock: systemClock,
    ...options,
  });
  t.teardown(() => host.close());
  return { host, seen };
}

const answer =
  (status: number, headers: Record<string, string> = {}, body: string = ""): RequestListener =>
  (_request, reply) =>
    void reply.writeHead(status, headers).end(body);

const REQUEST = { path: "/x", query: { a: "b c" }, priority: "first" } as const;

test.serial("request() answers what has come back, and puts paths behind the base", async (t) => {
  const { host, seen } = await openHost(t, [
    answer(200, { "content-type": "Text/Plain; charset=x" }, "hällo"),
  ]);
  t.like(await host.request(REQUEST), {
    status: 200,
    contentType: "text/plain",
    fullContentType: "Text/Plain; charset=x",
    text: "hällo",
  });
  t.deepEqual(seen, ["/base/x?a=b+c"]);
});

test.serial(
  "request() sends as many as its budget has, 32 of them at a time, and Node warns of no leak",
  async (t) => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    t.teardown(() => process.off("warning", note));
    const held: ServerResponse[] = [];
    const { host, seen } = await openHost(t, [(_request, reply) => void held.push(reply)]);
    const requests = Array.from({ length: 40 }, () => host.request(REQUEST));
    while (seen.length < 32) await sleep(5);
    // What is sent too much would be here by then.
    await sleep(100);
    t.is(seen.length, 32);
    const login = host.request({ ...REQUEST, priority: "login" });
    while (seen.length < 33) await sleep(5);
    t.is(seen.length, 33, "a login waits for none of them");
    while (seen.length < 41 || held.length > 0) {
      held.shift()?.end();
      await sleep(1);
    }
    await Promise.all([...requests, login]);
    t.is(host.state().sent, 41);
    // They are told in a turn of their own.
    await new Promise((resolve) => setImmediate(resolve));
    t.deepEqual(warnings, []);
  },
);

test.serial(
  "request() waits for its turn no longer than its deadline, and its token is not spent",
  async (t) => {
    // So slow to fill that a token is one that was given back.
    const { host, seen } = await openHost(t, [() => {}], { limits: { requests: 100, per: 86_400_000 } });
    const hanging = Array.from({ length: 32 }, () => t.throwsAsync(host.request(REQUEST)));
    while (seen.length < 32) await sleep(5);
    const endMs = systemClock.monotonic() + 300;
    const error = await t.throwsAsync(host.request({ ...REQUEST, endMs }), { instanceOf: UpstreamError });
    t.is(error?.failure, "timeout");
    t.is(seen.length, 32);
    t.is(host.state().left, 50 - 32);
    host.close();
    await Promise.all(hanging);
  },
);

test.serial("request() is refused without a token, and is told when to ask again", async (t) => {
  const { host, seen } = await openHost(t, [answer(200)], { limits: { requests: 4, per: 86_400_000 } });
  await Promise.all([host.request(REQUEST), host.request(REQUEST)]);
  const error = await t.throwsAsync(host.request(REQUEST), { instanceOf: UpstreamError });
  t.is(error?.failure, "budget");
  t.true((error?.retryAfterMs ?? 0) > 0);
  t.is(seen.length, 2);
});

test.serial("waitForToken() waits until there is one, unless that takes too long", async (t) => {
  const { host, seen } = await openHost(t, [answer(200)], { limits: { requests: 2, per: 500 } });
  await host.request(REQUEST);
  t.false(await host.waitForToken("first", 0));
  t.true(await host.waitForToken("first", 15_000));
  await host.request(REQUEST);
  t.is(seen.length, 2);
});

test.serial("request() repeats what fails in passing, and no more often than it may", async (t) => {
  const { host, seen } = await openHost(t, [answer(403), answer(503), answer(200)]);
  t.is((await host.request(REQUEST)).status, 200);
  t.is(seen.length, 3);
  t.like(host.state(), { sent: 3, failed: 2, refused: 0 });

  const { host: down, seen: asked } = await openHost(t, [answer(500)], { retries: 1 });
  const error = await t.throwsAsync(down.request(REQUEST), { instanceOf: UpstreamError });
  t.is(error?.failure, "unavailable");
  t.is(error?.status, 500);
  t.is(asked.length, 2);
});

test.serial("request() repeats neither a 429 nor what nobody expects, redirections included", async (t) => {
  for (const [status, failure] of [
    [429, "limited"],
    [302, "unexpected"],
    [401, "unexpected"],
  ] as const) {
    const { host, seen } = await openHost(t, [answer(status, { location: "http://127.0.0.1:1/" })]);
    const error = await t.throwsAsync(host.request(REQUEST), { instanceOf: UpstreamError });
    t.is(error?.failure, failure);
    t.is(seen.length, 1, String(status));
  }
});

test.serial("a 400 and a 404 are answers, for those who know what they mean", async (t) => {
  for (const status of [400, 404]) {
    const { host } = await openHost(t, [answer(status)]);
    t.is((await host.request(REQUEST)).status, status);
  }
});

test.serial("Retry-After of a 429 says for how long the host is left alone", async (t) => {
  const { host, seen } = await openHost(t, [answer(429, { "retry-after": "77" })]);
  const limited = await t.throwsAsync(host.request(REQUEST), { instanceOf: UpstreamError });
  t.true((limited?.retryAfterMs ?? 0) > 60_000 && (limited?.retryAfterMs ?? 0) <= 77_000);
  const paused = await t.throwsAsync(host.request(REQUEST), { instanceOf: UpstreamError });
  t.is(paused?.failure, "paused");
  t.true((paused?.retryAfterMs ?? 0) > 60_000);
  t.is(seen.length, 1);
  t.true(host.state().pausedMs > 60_000);
});

test.serial("a 429 is one however many requests it answers, and says when to ask again", async (t) => {
  const { host, seen } = await openHost(t, [answer(429)]);
  const errors = await Promise.all(
    Array.from({ length: 20 }, () => t.throwsAsync(host.request(REQUEST), { instanceOf: UpstreamError })),
  );
  t.is(seen.length, 20);
  const { pausedMs } = host.state();
  t.true(pausedMs > 0 && pausedMs <= 5_000, `${pausedMs} ms`);
  for (const error of errors) t.true((error?.retryAfterMs ?? 0) > 0);
});

test.serial("after a pause one request shows whether it is over, before others are sent", async (t) => {
  const slow: RequestListener = (_request, reply) => void setTimeout(() => reply.end(), 300);
  const { host, seen } = await openHost(t, [answer(429, { "retry-after": "1" }), slow]);
  await t.throwsAsync(host.request(REQUEST), { instanceOf: UpstreamError });
  while (host.state().pausedMs > 0) await sleep(50);
  const probe = host.request(REQUEST);
  const refused = await t.throwsAsync(host.request(REQUEST), { instanceOf: UpstreamError });
  t.is(refused?.failure, "paused");
  t.true((refused?.retryAfterMs ?? 0) > 0);
  await probe;
  await Promise.all([host.request(REQUEST), host.request(REQUEST)]);
  t.is(seen.length, 4);
});

test.serial("any number of requests may be under way without a warning of a leak", async (t) => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  t.teardown(() => process.off("warning", note));
  const { host } = await openHost(t, [answer(200)]);
  await Promise.all(Array.from({ length: 30 }, () => host.request(REQUEST)));
  await sleep(0);
  t.deepEqual(warnings, []);
});

test.serial("a trouble is told of once, and so is its end", async (t) => {
  const lines: { level: number; msg: string; host?: string }[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const listeners = [...Array.from({ length: 6 }, () => answer(503)), answer(200)];
  const { host } = await openHost(t, listeners, { logger, retries: 0 });
  // Logins, because nobody else asks during a pause.
  for (let request = 0; request < 6; request += 1)
    await t.throwsAsync(host.request({ ...REQUEST, priority: "login" }), { instanceOf: UpstreamError });
  for (let request = 0; request < 2; request += 1) await host.request({ ...REQUEST, priority: "login" });
  t.deepEqual(
    lines.map(({ level, msg, host: name }) => [level, name, msg]),
    [
      [40, "services", "Leaves Mojang alone for a while: Cannot ask Mojang's services: it has failed (503)"],
      [30, "services", "Mojang answers again"],
    ],
  );
});

test.serial("request() ends by its deadline, all attempts together", async (t) => {
  const { host } = await openHost(t, [() => {}], { attemptTimeoutMs: 300, deadlineMs: 700, retries: 9 });
  const startedAt = performance.now();
  const error = await t.throwsAsync(host.request(REQUEST), { instanceOf: UpstreamError });
  t.is(error?.failure, "timeout");
  t.true(performance.now() - startedAt < 5_000);
});

test.serial("a body that stops on its way, or does not end, is no answer", async (t) => {
  const half: RequestListener = (_request, reply) => void reply.writeHead(200).write("half");
  const { host } = await openHost(t, [half], { attemptTimeoutMs: 300, retries: 0 });
  t.is((await t.throwsAsync(host.request(REQUEST), { instanceOf: UpstreamError }))?.failure, "timeout");

  const cut: RequestListener = (_request, reply) => {
    reply.writeHead(200, { "content-length": "100" }).write("half");
    setTimeout(() => reply.destroy(), 50);
  };
  const { host: broken } = await openHost(t, [cut], { retries: 0 });
  t.is((await t.throwsAsync(broken.request(REQUEST), { instanceOf: UpstreamError }))?.failure, "unreachable");

  const endless: RequestListener = (_request, reply) => {
    reply.writeHead(200);
    const chunk = Buffer.alloc(65_536);
    const write = (): void => {
      while (!reply.destroyed && reply.write(chunk));
    };
    reply.on("drain", write);
    write();
  };
  const { host: flooded } = await openHost(t, [endless], { retries: 0 });
  t.is((await t.throwsAsync(flooded.request(REQUEST), { instanceOf: UpstreamError }))?.failure, "unexpected");
});

test.serial("a host that nobody listens at is unreachable", async (t) => {
  const { host } = await openHost(t, [], { baseUrl: "http://127.0.0.1:1", retries: 0 });
  const error = await t.throwsAsync(host.request(REQUEST), { instanceOf: UpstreamError });
  t.is(error?.failure, "unreachable");
  t.regex(error?.message ?? "", /^Cannot ask Mojang's services: the connection failed: /);
});

test.serial("close() ends what is under way, waits included, and nothing is sent after it", async (t) => {
  const { host, seen } = await openHost(t, [() => {}], { limits: { requests: 2, per: 86_400_000 } });
  const pending = host.request(REQUEST);
  while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const waiting = host.waitForToken("first", 2 * 86_400_000);
  host.close();
  t.is((await t.throwsAsync(pending, { instanceOf: UpstreamError }))?.failure, "closed");
  await waiting;
  t.is(host.state().failed, 0, "it was given up, and has not failed");
  t.is((await t.throwsAsync(host.request(REQUEST), { instanceOf: UpstreamError }))?.failure, "closed");
  t.is(seen.length, 1);
});
