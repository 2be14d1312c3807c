import test from "ava";
import {
  BackendError,
  BackendOverloadedError,
  ClosedError,
  PluginLoadError,
  PluginUnavailableError,
  UnsupportedError,
} from "../../../src/contract/errors.js";
import type { ReplyFrame } from "../../../src/contract/call-frames.js";
import type { CallFrame } from "../../../src/contract/call-frames.js";
import { CallChannel } from "../../../src/host/calls/call-channel.js";
import { CallStatistics } from "../../../src/host/calls/call-statistics.js";
import { PendingCall } from "../../../src/host/calls/call.js";
import { Deadlines } from "../../../src/host/calls/deadlines.js";
import { BREAKER_MINIMUM_CALLS } from "../../../src/host/calls/breaker.js";
import { RecentHistogram } from "../../../src/host/recent-histogram.js";
import { BackendClient } from "../../../src/host/plugins/backend-client.js";
import type { BackendClientOptions } from "../../../src/host/plugins/backend-client-options.js";
import { PoisonKeys } from "../../../src/host/plugins/poison-keys.js";
import type { PluginSession } from "../../../src/host/plugins/session.js";
import { FakeClock } from "../../support/fake-clock.js";
import { makeRequest } from "../calls/make-call.js";
import { nothingFor, operationsOf } from "./fake-life.js";
import { makeStorage } from "./make-config.js";

const KEY = { category: "player", key: "k" };
/** Longer than the first probe waits, in ms. */
const PROBE_MS = 500;

/** A session whose answers a test decides. */
class FakeSession {
  readonly registered = new Set(["main"]);
  readonly file = "/redis.mjs";
  readonly channel: CallChannel;
  /** Operations that were sent, oldest first. */
  readonly sent: string[] = [];
  readonly opened: unknown[] = [];
  openBackend: PluginSession["openBackend"] = async () => [];
  invoke: (frame: CallFrame) => Promise<ReplyFrame> = async (frame) => nothingFor(frame);

  constructor(clock: FakeClock, inFlightBytes = 1_000_000) {
    this.channel = new CallChannel({
      pluginName: "redis",
      invoke: (frame) => {
        this.sent.push(...operationsOf(frame));
        return this.invoke(frame);
      },
      clock,
      deadlines: new Deadlines(clock),
      statistics: new CallStatistics(new RecentHistogram(clock)),
      limits: { inFlightCalls: 1000, inFlightBytes },
      mask: (text) => text,
      onFault: (fault) => {
        throw new Error(fault);
      },
    });
  }

  /** As the client takes it: it uses no more of a session than there is here. */
  get session(): PluginSession {
    const { registered, file, channel } = this;
    const openBackend: PluginSession["openBackend"] = (...args) => {
      this.opened.push(args);
      return this.openBackend(...args);
    };
    this.#session ??= { registered, file, channel, openBackend } as PluginSession;
    return this.#session;
  }

  #session: PluginSession | undefined;
}

interface Harness {
  readonly clock: FakeClock;
  readonly client: BackendClient;
  readonly poison: PoisonKeys;
  readonly breakerStates: string[];
}

function makeClient(options: Partial<BackendClientOptions> = {}): Harness {
  const clock = new FakeClock();
  const poison = new PoisonKeys(clock, 30_000);
  const breakerStates: string[] = [];
  const client = new BackendClient({
    handle: 3,
    storage: makeStorage({ parameters: { db: 1 } }),
    path: "storage",
    limits: { callMs: 500, queuedWrites: 100, queuedBytes: 10_000 },
    clock,
    poison,
    describeState: () => 'plugin "redis" is restarting',
    onBreaker: (state) => void breakerStates.push(state),
    ...options,
  });
  return { clock, client, poison, breakerStates };
}

const loadError = (): PluginLoadError => new PluginLoadError("did not open: ECONNREFUSED");

test("attach() opens the backend under its number, with its parameters, and serves from then on", async (t) => {
  const { clock, client } = makeClient();
  const life = new FakeSession(clock);
  t.is(client.backendId, undefined);
  await client.attach(life.session);
  t.deepEqual(life.opened, [[3, "main", { db: 1 }]]);
  t.is(client.backendId, "main");
  t.is(client.openFailure, undefined);
  t.is(await client.get(KEY), undefined);
  await client.put(KEY, { value: Uint8Array.of(1) });
  await client.purge(KEY);
  t.deepEqual(life.sent, ["get k", "put k", "purge k"]);
  t.is(clock.pending, 1, "the sweep of deadlines alone");
});

test("A client without a life refuses at once and says why", async (t) => {
  const { client } = makeClient({ storage: makeStorage({ backend: "main" }) });
  const error = await t.throwsAsync(client.get(KEY), { instanceOf: PluginUnavailableError });
  t.is(error.message, 'Cannot get in storage backend "main" of plugin "redis": plugin "redis" is restarting');
  t.like(error, { pluginName: "redis", backendId: "main", operation: "get" });
});

test("A client refuses while its backend is being opened, and after its life has ended", async (t) => {
  const { clock, client } = makeClient();
  const life = new FakeSession(clock);
  let open: () => void = () => {};
  life.openBackend = () => new Promise((resolve) => (open = () => resolve([])));
  const attaching = client.attach(life.session);
  await t.throwsAsync(client.put(KEY, { value: Uint8Array.of(1) }), {
    instanceOf: PluginUnavailableError,
    message: /^Cannot put in .*: it is being opened$/,
  });
  open();
  await attaching;
  t.is(await client.get(KEY), undefined);
  client.detach();
  await t.throwsAsync(client.get(KEY), { message: /plugin "redis" is restarting$/ });
  t.deepEqual(life.sent, ["get k"]);
});

test("A backend that does not open opens the breaker, whose probe opens it again and closes", async (t) => {
  const { clock, client, breakerStates } = makeClient();
  const life = new FakeSession(clock);
  life.openBackend = async () => {
    throw loadError();
  };
  await client.attach(life.session);
  t.is(client.breakerState, "open");
  t.is(client.openFailure?.message, "did not open: ECONNREFUSED");
  const error = await t.throwsAsync(client.get(KEY), { instanceOf: PluginUnavailableError });
  t.regex(error.message, /did not open: ECONNREFUSED$/);
  t.is(error.cause, client.openFailure);
  await clock.advance(PROBE_MS);
  t.is(life.opened.length, 2);
  t.is(client.breakerState, "open");
  life.openBackend = async () => [];
  await clock.advance(2 * PROBE_MS);
  t.is(client.breakerState, "closed");
  t.is(client.openFailure, undefined);
  t.deepEqual(life.sent, ["get probe"]);
  t.is(await client.get(KEY), undefined);
  t.deepEqual(breakerStates, ["open", "half-open", "open", "half-open", "closed"]);
});

test("A storage that names no backend of its plugin fails to open as a choice", async (t) => {
  const { clock, client } = makeClient({ storage: makeStorage({ backend: "other" }) });
  await client.attach(new FakeSession(clock).session);
  t.like(client.openFailure, { operation: "choose", backendId: "other" });
  t.is(client.breakerState, "open");
  client.close();
});

test("The probe pings a backend that can be pinged, and asks one that cannot for a key", async (t) => {
  for (const [abilities, probe] of [
    [["ping"], "ping probe"],
    [[], "get probe"],
  ] as const) {
    const { clock, client } = makeClient();
    const life = new FakeSession(clock);
    life.openBackend = async () => abilities;
    life.invoke = async ({ first }) => failure(first);
    await client.attach(life.session);
    for (let count = 0; count < BREAKER_MINIMUM_CALLS; count += 1) {
      await t.throwsAsync(client.get(KEY), { instanceOf: BackendError });
    }
    t.is(client.breakerState, "open");
    await t.throwsAsync(client.get(KEY), { message: /: its breaker is open$/ });
    const sent = life.sent.length;
    await clock.advance(PROBE_MS);
    t.deepEqual(life.sent.slice(sent), [probe]);
    t.is(client.breakerState, "open");
    life.invoke = async (frame) => nothingFor(frame);
    await clock.advance(2 * PROBE_MS);
    t.is(client.breakerState, "closed");
    t.is(await client.get(KEY), undefined);
  }
});

test("attach() of a new life asks at once whether the backend serves again", async (t) => {
  const { clock, client } = makeClient();
  const life = new FakeSession(clock);
  life.openBackend = async () => {
    throw loadError();
  };
  await client.attach(life.session);
  client.detach();
  const next = new FakeSession(clock);
  await client.attach(next.session);
  t.is(client.breakerState, "closed");
  t.deepEqual(next.sent, ["get probe"]);
  t.is(client.openFailure, undefined);
});

test("A probe without a life is a no, and does not hide why", async (t) => {
  const { clock, client } = makeClient();
  const life = new FakeSession(clock);
  life.openBackend = async () => {
    throw loadError();
  };
  await client.attach(life.session);
  client.detach();
  await clock.advance(60_000);
  t.is(client.breakerState, "open");
  await t.throwsAsync(client.get(KEY), { message: /plugin "redis" is restarting$/ });
  client.close();
});

test("What a former life opens late is not taken", async (t) => {
  const { clock, client } = makeClient();
  const former = new FakeSession(clock);
  let open: () => void = () => {};
  former.openBackend = () => new Promise((resolve) => (open = () => resolve(["scan"])));
  const attaching = client.attach(former.session);
  client.detach();
  const next = new FakeSession(clock);
  await client.attach(next.session);
  open();
  await attaching;
  await t.throwsAsync(client.scan({ category: "player", limit: 10 }), { instanceOf: UnsupportedError });
  t.is(await client.get(KEY), undefined);
  t.deepEqual(former.sent, []);
});

test("What a former life fails to open late is not taken either", async (t) => {
  const { clock, client } = makeClient();
  const former = new FakeSession(clock);
  let fail: () => void = () => {};
  former.openBackend = () => new Promise((_resolve, reject) => (fail = () => reject(loadError())));
  const attaching = client.attach(former.session);
  client.detach();
  await client.attach(new FakeSession(clock).session);
  fail();
  await attaching;
  t.is(client.openFailure, undefined);
  t.is(client.breakerState, "closed");
});

test("A key that has ended lives is refused, and its neighbours are served", async (t) => {
  const { clock, client, poison } = makeClient();
  const life = new FakeSession(clock);
  await client.attach(life.session);
  for (let ends = 0; ends < 2; ends += 1) {
    poison.blame([new PendingCall(makeRequest({ handle: 3, category: "player", subject: "k" }), 1, 0, 500)]);
  }
  for (const [operation, call] of Object.entries({
    get: () => client.get(KEY),
    put: () => client.put(KEY, { value: Uint8Array.of(1) }),
    purge: () => client.purge(KEY),
    getMany: () => client.getMany([{ ...KEY, key: "other" }, KEY]),
  })) {
    const error = await t.throwsAsync(call(), { instanceOf: PluginUnavailableError });
    t.is(
      error.message,
      `Cannot ${operation} "k" in category "player": this key was executing when plugin "redis" ended more than once: ` +
        "it is refused for another 30000 ms",
    );
  }
  t.is(await client.get({ ...KEY, key: "other" }), undefined);
  t.is(await client.get({ ...KEY, category: "other" }), undefined);
  await clock.advance(30_000);
  t.is(await client.get(KEY), undefined);
  t.is(client.breakerState, "closed");
});

test("Operations a backend does not offer are refused without being sent", async (t) => {
  const { clock, client } = makeClient();
  const life = new FakeSession(clock);
  await client.attach(life.session);
  const error = await t.throwsAsync(client.clear("player"), { instanceOf: UnsupportedError });
  t.is(error.message, 'Cannot clear in storage backend "main" of plugin "redis": it has no method "clear"');
  t.like(error, { pluginName: "redis", backendId: "main", operation: "clear" });
  await t.throwsAsync(client.scan({ category: "player", limit: 1 }), { instanceOf: UnsupportedError });
  t.deepEqual(life.sent, []);
});

test("A get is expected to bring what gets have brought lately", async (t) => {
  const { clock, client } = makeClient();
  const life = new FakeSession(clock);
  const weights: number[] = [];
  let size = 8192;
  life.invoke = async ({ first }) => {
    weights.push(life.channel.inFlightBytes);
    return { rows: Float64Array.of(first, 1, 0, size, NaN), bytes: new Uint8Array(size) };
  };
  await client.attach(life.session);
  for (let count = 0; count < 60; count += 1) await client.get(KEY);
  t.is(weights[0], 1024 + KEY.key.length, "before anything is known");
  t.true((weights.at(-1) ?? 0) > 8000);
  t.true((weights.at(-1) ?? 0) <= 8192 + KEY.key.length);
  size = 10;
  for (let count = 0; count < 120; count += 1) await client.get(KEY);
  t.true((weights.at(-1) ?? Infinity) < 30);
});

test("Gets that bring nothing change no expectation", async (t) => {
  const { clock, client } = makeClient();
  const life = new FakeSession(clock);
  const weights: number[] = [];
  life.invoke = async (frame) => {
    weights.push(life.channel.inFlightBytes);
    return nothingFor(frame);
  };
  await client.attach(life.session);
  for (let count = 0; count < 10; count += 1) await client.get(KEY);
  t.deepEqual(new Set(weights), new Set([1024 + KEY.key.length]));
});

test("Expectations above the quota refuse gets beside others, and mend themselves", async (t) => {
  const { clock, client } = makeClient();
  const life = new FakeSession(clock, 4096);
  let size = 4000;
  life.invoke = async ({ first, subjects }) => {
    const rows = subjects.flatMap((_, index) => [first + index, 1, 0, size, NaN]);
    return { rows: Float64Array.from(rows), bytes: new Uint8Array(size) };
  };
  await client.attach(life.session);
  for (let count = 0; count < 60; count += 1) await client.get(KEY);
  size = 1;
  const [first, second] = await Promise.allSettled([client.get(KEY), client.get({ ...KEY, key: "other" })]);
  t.is(first.status, "fulfilled");
  t.true(second.status === "rejected" && second.reason instanceof BackendOverloadedError);
  for (let count = 0; count < 60; count += 1) await client.get(KEY);
  await t.notThrowsAsync(Promise.all([client.get(KEY), client.get({ ...KEY, key: "other" })]));
  t.is(client.breakerState, "closed", "refusals say nothing of the backend");
});

test("close() refuses everything with ClosedError, and leaves no probe", async (t) => {
  const { clock, client } = makeClient();
  const life = new FakeSession(clock);
  life.openBackend = async () => {
    throw loadError();
  };
  await client.attach(life.session);
  t.is(clock.pending, 1);
  client.close();
  client.close();
  t.is(clock.pending, 0);
  await t.throwsAsync(client.get(KEY), { instanceOf: ClosedError });
  await t.throwsAsync(client.getMany([KEY]), { instanceOf: ClosedError });
});

function failure(sequence: number): ReplyFrame {
  return { rows: Float64Array.of(sequence, 3, 0, 0, NaN), data: [{ name: "Error", message: "down" }] };
}
