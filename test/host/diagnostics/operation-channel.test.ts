import test from "ava";
import { BackendError, ClosedError, LoadError } from "../../../src/contract/errors.js";
import { operationChannel, type OperationMessage } from "../../../src/host/diagnostics/operation-channel.js";
import type { Lookup } from "../../../src/host/main.js";
import { openCategory } from "../cache/open-category.js";
import { recordChannel, type Recorded } from "./record-channel.js";

const NEAR = { entries: 100, bytes: 100_000, values: "freeze" } as const;

/** The messages of calls that are over, in the order they ended. */
function ended(recorded: Recorded<OperationMessage>): OperationMessage[] {
  return recorded.flatMap(([event, message]) => (event === "asyncEnd" ? [message] : []));
}

test.serial(
  "get() is told of with one message from its start to its end, which has its lookup at last",
  async (t) => {
    const { category } = openCategory<string>(t, { load: (key) => `loaded ${key}` });
    const recorded = recordChannel(t, operationChannel);
    const getting = category.get("a");
    t.deepEqual(
      recorded.map(([event]) => event),
      ["start", "end"],
    );
    t.deepEqual(recorded[0]?.[1], { operation: "get", category: "player", key: "a" });

    t.is(await getting, "loaded a");
    t.deepEqual(
      recorded.map(([event]) => event),
      ["start", "end", "asyncStart", "asyncEnd"],
    );
    t.is(new Set(recorded.map(([, message]) => message)).size, 1);
    t.like(recorded[0]?.[1].result, { value: "loaded a", source: "loader", stale: false, failures: [] });
  },
);

test.serial("get() is told of wherever its value comes from, the near cache included", async (t) => {
  const { category, backend } = openCategory<string>(t, { near: NEAR, load: () => undefined });
  const recorded = recordChannel(t, operationChannel);
  await category.set("set", "here");
  await category.get("set");
  category.invalidate("all");
  await category.get("set");
  await category.get("absent");
  const put = backend.hold("put");
  const setting = category.set("pending", "waits");
  category.invalidate("all");
  await category.get("pending");
  put.release();
  await setting;

  const gets = ended(recorded).filter(({ operation }) => operation === "get");
  t.deepEqual(
    gets.map(({ key, result }) => [key, (result as Lookup<string>).source]),
    [
      ["set", "near"],
      ["set", "backend"],
      ["absent", "none"],
      ["pending", "pending"],
    ],
  );
});

test.serial("Calls answer and count the same whether anybody subscribes or not", async (t) => {
  const run = async (): Promise<unknown> => {
    const { category } = openCategory<string>(t, { near: NEAR, load: (key) => `loaded ${key}` });
    const answers = [
      await category.get("a"),
      await category.get("a"),
      await category.getMany(["a", "b"]),
      await category.has("a"),
      await category.refresh("a"),
      await category.set("c", "set"),
      (await category.lookup("c")).source,
      (await category.lookupMany(["c", "d"])).map(({ source }) => source),
    ];
    return [answers, category.health().gets];
  };
  const untold = await run();
  recordChannel(t, operationChannel);
  t.deepEqual(await run(), untold);
});

test.serial("Every other call is told of by its name, with its key or its keys", async (t) => {
  const { category } = openCategory<string>(t, { load: (key) => `loaded ${key}` });
  const recorded = recordChannel(t, operationChannel);
  await category.set("a", "1");
  await category.setMany([
    ["a", "2"],
    ["b", "3"],
  ]);
  await category.lookup("a");
  await category.has("a");
  await category.refresh("a");
  await category.getMany(new Set(["b", "x"]));
  await category.lookupMany(["b"]);
  await category.expire("a");
  await category.delete("a");
  await category.deleteMany(["b", "b"]);
  await t.throwsAsync(category.clear());
  const told = ended(recorded);
  t.deepEqual(
    told.map(({ operation, key, keys }) => [operation, key ?? keys]),
    [
      ["set", "a"],
      ["setMany", ["a", "b"]],
      ["lookup", "a"],
      ["has", "a"],
      ["refresh", "a"],
      ["getMany", ["b", "x"]],
      ["lookupMany", ["b"]],
      ["expire", "a"],
      ["delete", "a"],
      ["deleteMany", ["b"]],
      ["clear", undefined],
    ],
  );
  const [set, , lookup, has, , getMany] = told;
  const many = getMany?.result as Lookup<string>[] | undefined;
  t.is(set?.result, undefined);
  t.like(lookup?.result, { value: "2", source: "backend" });
  t.like(has?.result, { source: "backend" });
  t.deepEqual(
    many?.map(({ source }) => source),
    ["backend", "loader"],
  );
});

test.serial("A call that rejects is told of with its error", async (t) => {
  const { category, backend } = openCategory<string>(t, {
    load: () => {
      throw new RangeError("on purpose");
    },
  });
  backend.failing("put", new BackendError("out of order"));
  const recorded = recordChannel(t, operationChannel);
  const failed = await t.throwsAsync(category.get("a"), { instanceOf: LoadError });
  await t.throwsAsync(category.set("a", "1"), { instanceOf: BackendError });
  await t.throwsAsync(category.set("a", "x".repeat(2000)), { code: "STOCKPILE_VALUE_TOO_LARGE" });
  const events = recorded.map(([event]) => event);
  t.deepEqual(events.slice(0, 5), ["start", "end", "error", "asyncStart", "asyncEnd"]);
  t.is(events.filter((event) => event === "error").length, 3);
  t.is(recorded[0]?.[1].error, failed);
  t.false("result" in (recorded[0]?.[1] ?? {}));
});

test.serial("A call with wrong arguments, or of a closed category, never begins", async (t) => {
  const { category } = openCategory<string>(t);
  const recorded = recordChannel(t, operationChannel);
  await t.throwsAsync(category.get(""), { code: "STOCKPILE_KEY_INVALID" });
  await t.throwsAsync(category.get("a", { fresh: true }), { instanceOf: TypeError });
  const signal = AbortSignal.abort(new Error("gone"));
  await t.throwsAsync(category.get("a", { signal }), { message: "gone" });
  await t.throwsAsync(category.set("a", "1", { ttl: 0 }), { instanceOf: RangeError });
  await t.throwsAsync(category.deleteMany(["a", ""]), { code: "STOCKPILE_KEY_INVALID" });
  category.close();
  await t.throwsAsync(category.get("a"), { instanceOf: ClosedError });
  await t.throwsAsync(category.clear(), { instanceOf: ClosedError });
  t.deepEqual(recorded, []);
});

test.serial("peek() and keys() are not told of", async (t) => {
  const { category } = openCategory<string>(t, { near: NEAR });
  await category.set("a", "1");
  const recorded = recordChannel(t, operationChannel);
  t.is(category.peek("a"), "1");
  await t.throwsAsync(category.keys().next());
  t.deepEqual(recorded, []);
});
