/** onWriteError: what callers are told of a write that fails in each way, and what becomes of it. */
import test, { type ExecutionContext } from "ava";
import {
  BackendError,
  BackendOverloadedError,
  BackendTimeoutError,
  ClosedError,
  isStockpileError,
  PluginUnavailableError,
} from "../../../src/contract/errors.js";
import { openCategory, type Bench } from "./open-category.js";

type Policy = "queue" | "ignore" | "throw";
type Action = "set" | "delete" | "expire";

const POLICIES: readonly Policy[] = ["queue", "ignore", "throw"];
const ACTIONS: readonly Action[] = ["set", "delete", "expire"];

/** What the call that writes is, of each. */
const WRITES = { set: "put", delete: "purge", expire: "put" } as const;

/** Longer than any wait before another try here. */
const LONG_MS = 1000;

/** A category whose backend has an old value of "a", which nobody here may be given again. */
async function openWithOld(t: ExecutionContext, onWriteError: Policy): Promise<Bench<string>> {
  const bench = openCategory<string>(t, { onWriteError, graceMs: 5000 });
  const other = openCategory<string>(t, { backend: bench.backend, clock: bench.clock, graceMs: 5000 });
  await other.category.set("a", "old");
  // What is written in another millisecond has another version.
  await bench.clock.advance(1);
  return bench;
}

function write({ category }: Bench<string>, action: Action): Promise<void> {
  return action === "set" ? category.set("a", "new") : category[action]("a");
}

/** What the key has for gets of this process, fresh. */
const FRESH = { set: "new", delete: undefined, expire: undefined } as const;

/** What other processes get. */
function elsewhere(t: ExecutionContext, { backend, clock }: Bench<string>): Promise<string | undefined> {
  return openCategory<string>(t, { backend, clock, graceMs: 5000 }).category.get("a");
}

/** Not even for want of a better value is the old one answered, and no loader is told of it. */
async function assertForgotten(t: ExecutionContext, { category }: Bench<string>): Promise<void> {
  let previous: unknown = "not asked";
  const load = (_key: string, context: { readonly previous: unknown }): never => {
    ({ previous } = context);
    throw new Error("no source");
  };
  await t.throwsAsync(category.get("a", { load }));
  t.is(previous, undefined);
}

/** Whether a write that is sure not to have been done is tried again. */
function isTriedAgain(policy: Policy, action: Action): boolean {
  return policy === "queue" || (policy === "ignore" && action !== "set");
}

/** Asserts how a call ends that failed with `failure`. */
async function assertTold(
  t: ExecutionContext,
  call: Promise<void>,
  policy: Policy,
  failure: unknown,
): Promise<void> {
  if (policy !== "throw") return call;
  const error = await t.throwsAsync(call);
  t.true(isStockpileError(error));
  if (failure !== undefined) t.is(error, failure as Error);
}

for (const policy of POLICIES) {
  for (const action of ACTIONS) {
    const again = isTriedAgain(policy, action);

    for (const [what, failure] of [
      ["fails", new BackendError("broken")],
      ["is refused by a poisoned or absent plugin", new PluginUnavailableError("ended")],
      ["is refused because too much is on its way", new BackendOverloadedError("too much")],
    ] as const) {
      test(`${policy}: a ${action} that ${what} is ${again ? "done later" : policy === "throw" ? "rejected" : "dropped"}, and the old value not answered`, async (t) => {
        const bench = await openWithOld(t, policy);
        const { category, backend, clock } = bench;
        backend.failing(WRITES[action], failure);
        await assertTold(t, write(bench, action), policy, failure);
        t.is(category.undelivered, again ? 1 : 0);
        const fresh = again ? FRESH[action] : undefined;
        t.is(await category.get("a"), fresh);
        backend.failing(WRITES[action], undefined);
        await clock.advance(LONG_MS);
        t.is(category.undelivered, 0);
        t.is(await elsewhere(t, bench), again ? FRESH[action] : "old");
        t.is(await category.get("a"), fresh);
        // What was expired is stale; what was written over is nothing any more.
        if (!again && action !== "expire") await assertForgotten(t, bench);
      });
    }

    test(`${policy}: a ${action} while the backend is down is ${again ? "done when it is back" : policy === "throw" ? "rejected" : "dropped"}`, async (t) => {
      const bench = await openWithOld(t, policy);
      const { category, backend } = bench;
      backend.goDown();
      const call = write(bench, action);
      if (policy === "throw") await t.throwsAsync(call, { instanceOf: PluginUnavailableError });
      else await call;
      t.is(category.undelivered, again ? 1 : 0);
      backend.comeBack();
      await category.drained();
      t.is(category.undelivered, 0);
      t.is(await elsewhere(t, bench), again ? FRESH[action] : "old");
      t.is(await category.get("a"), again ? FRESH[action] : undefined);
    });

    for (const isDone of [true, false]) {
      const end = isDone ? "was done late" : "never will be";

      test(`${policy}: a ${action} that timed out and ${end} ${isDone || again ? "is in the backend" : "is not"} in the end`, async (t) => {
        const bench = await openWithOld(t, policy);
        const { category, backend, clock } = bench;
        const slow = backend.hold(WRITES[action]);
        const call = write(bench, action);
        await clock.settle();
        slow.timeOut();
        if (policy === "throw") await t.throwsAsync(call, { instanceOf: BackendTimeoutError });
        else await call;
        // Nobody knows yet: nothing is sent again, and gets see what may be there.
        await clock.advance(LONG_MS);
        t.is(backend.count(WRITES[action]), WRITES[action] === "put" ? 2 : 1);
        t.is(await category.get("a"), FRESH[action]);
        slow.late(isDone);
        await clock.advance(LONG_MS);
        t.is(category.undelivered, 0);
        t.is(await elsewhere(t, bench), isDone || again ? FRESH[action] : "old");
        t.is(await category.get("a"), isDone || again ? FRESH[action] : undefined);
      });

      test(`${policy}: a ${action} whose late end ("${end}") comes before its deadline was heard of`, async (t) => {
        const bench = await openWithOld(t, policy);
        const { category, backend, clock } = bench;
        const slow = backend.hold(WRITES[action]);
        const call = write(bench, action);
        await clock.settle();
        slow.late(isDone);
        slow.timeOut();
        if (policy === "throw") await t.throwsAsync(call, { instanceOf: BackendTimeoutError });
        else await call;
        await clock.advance(LONG_MS);
        t.is(category.undelivered, 0);
        t.is(await elsewhere(t, bench), isDone || again ? FRESH[action] : "old");
      });
    }

    test(`${policy}: after a ${action} that timed out, a newer set waits until that is settled, and is the one that stays`, async (t) => {
      for (const isDone of [true, false]) {
        const bench = await openWithOld(t, policy);
        const { category, backend, clock } = bench;
        const slow = backend.hold(WRITES[action]);
        const call = write(bench, action);
        await clock.settle();
        slow.timeOut();
        await (policy === "throw" ? t.throwsAsync(call) : call);
        const newer = category.set("a", "newest");
        // Its own outcome is open as well: it is told so at once.
        await assertTold(t, newer, policy, undefined);
        t.like(await category.lookup("a"), { value: "newest", source: "pending" });
        slow.late(isDone);
        await clock.advance(LONG_MS);
        t.is(await elsewhere(t, bench), "newest");
        t.is(await category.get("a"), "newest");
        t.is(category.undelivered, 0);
      }
    });
  }
}

test("a set that waits behind a slow one is told when the slow one's deadline passes", async (t) => {
  for (const onWriteError of POLICIES) {
    const { category, backend, clock } = openCategory<number>(t, { onWriteError });
    const slow = backend.hold("put");
    const first = category.set("a", 1);
    let told = false;
    const second = category.set("a", 2).finally(() => {
      told = true;
    });
    const assertions = [first, second].map((call) => assertTold(t, call, onWriteError, undefined));
    await clock.settle();
    t.false(told);
    slow.timeOut();
    await Promise.all(assertions);
    slow.late(false);
    await clock.advance(LONG_MS);
    t.is(await category.get("a"), 2);
  }
});

test("under throw, a set that rejected leaves nothing of itself in the near cache", async (t) => {
  const near = { entries: 100, bytes: 1e6, values: "freeze" as const };
  const { category, backend } = openCategory<number>(t, { onWriteError: "throw", near });
  await category.set("a", 1);
  backend.failing("put", new BackendError("full"));
  const set = category.set("a", 2);
  t.is(category.peek("a"), 2);
  await t.throwsAsync(set);
  t.is(category.peek("a"), undefined);
  t.is(await category.get("a"), undefined);
});

test("under ignore, a set that failed is answered from the near cache until that ends", async (t) => {
  const near = { entries: 100, bytes: 1e6, values: "freeze" as const };
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "ignore", near });
  await category.set("a", 1);
  backend.failing("put", new BackendError("full"));
  await category.set("a", 2);
  t.is(await category.get("a"), 2);
  await clock.advance(10_000);
  t.is(await category.get("a"), undefined);
});

test("loaded values that cannot be stored are dropped under every policy, and reported", async (t) => {
  for (const onWriteError of POLICIES) {
    const { category, backend, clock, reported } = openCategory<number>(t, { onWriteError });
    const failure = new BackendError("full");
    backend.failing("put", failure);
    t.is(await category.get("a", { load: () => 1 }), 1);
    await clock.advance(LONG_MS);
    t.is(backend.count("put"), 1);
    t.is(category.undelivered, 0);
    t.deepEqual(
      reported.map(({ operation, error }) => [operation, error]),
      [["fill", failure]],
    );
  }
});

test("close() leaves queued writes to be delivered; end() rejects who waits, and counts what was accepted", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { onWriteError: "queue" });
  backend.goDown();
  await category.set("a", 1);
  await category.delete("b");
  const slow = backend.hold("put");
  backend.comeBack();
  const waiting = category.set("a", 2);
  category.close();
  await clock.settle();
  t.is(category.undelivered, 1);
  category.end();
  await t.throwsAsync(waiting, { instanceOf: ClosedError });
  slow.fail(new BackendError("broken"));
  await clock.advance(LONG_MS);
  t.is(category.undelivered, 1);
  t.is(backend.count("put"), 2);
});

test("drained() resolves once everything is delivered, clears included", async (t) => {
  const { category, backend } = openCategory<number>(t, { onWriteError: "queue" });
  backend.abilities.add("clear");
  await category.drained();
  backend.goDown();
  await category.set("a", 1);
  await category.clear();
  await category.set("b", 2);
  let isDrained = false;
  const drained = category.drained().then(() => (isDrained = true));
  category.close();
  await new Promise(setImmediate);
  t.false(isDrained);
  backend.comeBack();
  await drained;
  t.deepEqual([...backend.entries.keys()], ["player/b"]);
  t.is(category.undelivered, 0);
});
