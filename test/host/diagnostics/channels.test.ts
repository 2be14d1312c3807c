/** What the channels tell of a plugin that is up to no good, in a thread of its own. */
import test from "ava";
import type { ExecutionContext } from "ava";
import type { Channel } from "node:diagnostics_channel";
import { backendChannel } from "../../../src/host/diagnostics/backend-channel.js";
import { stateChannels } from "../../../src/host/diagnostics/state-channels.js";
import { leavesNothing } from "../../support/leaves-nothing.js";
import { runChild } from "../../support/run-child.js";
import { Stage } from "../../support/stage.js";
import { until } from "../../support/until.js";
import { recordChannel } from "./record-channel.js";

leavesNothing(test);

function record<Message>(t: ExecutionContext, channel: Channel<unknown, Message>): Message[] {
  const messages: Message[] = [];
  // Node's types leave open what a channel carries; this one's is known.
  const note = (message: unknown): void => void messages.push(message as Message);
  channel.subscribe(note);
  t.teardown(() => channel.unsubscribe(note));
  return messages;
}

test.serial("Calls to a backend are told of with plugin, backend, method, category and key", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const recorded = recordChannel(t, backendChannel);
  await stage.steady.set("a", "1");
  await stage.steady.get("a");
  await t.throwsAsync(stage.strict.get("reject:1"), { code: "STOCKPILE_BACKEND_FAILED" });
  const ended = recorded.filter(([event]) => event === "asyncEnd").map(([, message]) => message);
  const steady = { plugin: "steady", backend: "steady", category: "steady" };
  t.like(ended[0], { ...steady, operation: "put", key: "a" });
  t.like(ended[1], { ...steady, operation: "get", key: "a" });
  t.like(ended[2], {
    plugin: "faulty",
    backend: "faulty",
    category: "strict",
    operation: "get",
    key: "reject:1",
  });
  t.like(ended[2]?.error, { code: "STOCKPILE_BACKEND_FAILED", operation: "get" });
});

test.serial("A breaker is told of as it opens, is asked and closes", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const breakers = record(t, stateChannels.breaker);
  const plugins = record(t, stateChannels.plugin);
  await Promise.all(Array.from({ length: 32 }, (_, index) => stage.lenient.get(`reject:${index}`)));
  await until("the probe", () => breakers.at(-1)?.state === "closed");
  t.deepEqual(
    breakers.map(({ plugin, backend, previous, state }) => [plugin, backend, previous, state]),
    [
      ["faulty", "faulty", "closed", "open"],
      ["faulty", "faulty", "open", "half-open"],
      ["faulty", "faulty", "half-open", "closed"],
    ],
  );
  t.is(breakers[0]?.parametersKey, stage.plugin().backends[0]?.parametersKey);
  t.deepEqual(
    plugins.map(({ plugin, state }) => [plugin, state]),
    [
      ["faulty", "degraded"],
      ["faulty", "ready"],
    ],
  );
});

test.serial(
  "An outage with writes is one line at warn, and one at info when they are delivered",
  async (t) => {
    const stage = await Stage.open();
    t.teardown(() => stage.close());
    const queues = record(t, stateChannels.queue);
    const heard: string[] = [];
    stage.stockpile.on("queue", ({ plugin, state }) => void heard.push(`${plugin} ${state}`));
    await stage.stockpile.plugins.stop("faulty");
    for (let index = 0; index < 50; index += 1) await stage.lenient.set(`key ${index}`, "waits");
    await stage.lenient.delete("key 1");
    await stage.stockpile.plugins.start("faulty");
    await until("the end of the outage", () => heard.length === 2);
    t.deepEqual(heard, ["faulty queuing", "faulty idle"]);
    t.deepEqual(
      queues.map(({ state, queuedWrites }) => [state, queuedWrites]),
      [
        ["queuing", 1],
        ["idle", 0],
      ],
    );
    const lines = stage.lines.filter(({ msg }) => /writes/i.test(msg ?? ""));
    t.deepEqual(
      lines.map(({ level }) => level),
      [40, 30],
    );
    t.like(await stage.lenient.lookup("key 0"), { value: "waits", source: "backend" });
  },
);

test.serial("Writes that find no room are told of once", async (t) => {
  const stage = await Stage.open({ limits: { queuedWrites: 3 } });
  t.teardown(() => stage.close());
  const queues = record(t, stateChannels.queue);
  await stage.stockpile.plugins.stop("faulty");
  const sets = Array.from({ length: 10 }, (_, index) => stage.lenient.set(`key ${index}`, "waits"));
  t.true((await Promise.allSettled(sets)).some(({ status }) => status === "rejected"));
  t.deepEqual(
    queues.map(({ state }) => state),
    ["queuing", "full"],
  );
  await stage.stockpile.plugins.start("faulty");
  await until("the end of the outage", () => queues.at(-1)?.state === "idle");
});

test.serial("Failures that nobody was told of are heard, and a listener may use the cache", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const heard: string[] = [];
  let value: Promise<unknown> | undefined;
  stage.stockpile.on("failure", ({ operation, category, key, error }) => {
    heard.push(`${operation} ${category} ${key} ${error.code}`);
    value ??= stage.lenient.delete(key).then(() => stage.lenient.get("plain"));
  });
  t.is(await stage.lenient.get("reject:1"), "loaded reject:1");
  await until("the failure", () => heard.length > 0);
  t.is(heard[0], "read lenient reject:1 STOCKPILE_BACKEND_FAILED");
  t.is(await value, "loaded plain");
});

test.serial("What a backend reports as changed is told of by category", async (t) => {
  const stage = await Stage.open();
  t.teardown(() => stage.close());
  const invalidations = record(t, stateChannels.invalidation);
  await stage.lenient.get("invalidate:1");
  await until("the report", () => invalidations.length > 0);
  t.like(invalidations[0], { category: "lenient" });
  t.false(invalidations.some(({ category }) => category !== "lenient"));
});

test.serial(
  "A subscriber that throws breaks no call; Node reports it as an uncaught exception",
  async (t) => {
    const script = new URL("children/throwing-subscriber.js", import.meta.url);
    const { code, results, stderr } = await runChild(script, null, 20_000);
    t.is(stderr, "");
    t.is(code, 0);
    t.deepEqual(results, [
      { values: ["loaded a", "loaded a", null], uncaught: ["start", "asyncEnd", "transform", "state"] },
    ]);
  },
);
