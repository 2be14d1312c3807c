import test from "ava";
import * as fc from "fast-check";
import { WriteOrder } from "@stockpile/plugin-file";

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("writes of a key run one after the other, a clear after all before it and before all after it", async (t) => {
  const call = fc.record({
    category: fc.constantFrom("player", "skin"),
    key: fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined }),
    turns: fc.integer({ min: 0, max: 4 }),
    isFailing: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 30 }), async (calls) => {
      const order = new WriteOrder();
      const spans: { readonly index: number; start: number; end: number }[] = [];
      let time = 0;
      const results = calls.map(({ category, key, turns, isFailing }, index) => {
        const task = async (): Promise<void> => {
          const span = { index, start: (time += 1), end: 0 };
          spans.push(span);
          for (let left = turns; left > 0; left -= 1) await turn();
          span.end = time += 1;
          if (isFailing) throw new Error("failing");
        };
        return key === undefined ? order.clear(category, task) : order.write(category, key, task);
      });
      const settled = await Promise.allSettled(results);
      await order.idle();
      t.is(spans.length, calls.length);
      t.is(order.size, 0, "nothing stays behind");
      for (const [index, { status }] of settled.entries()) {
        t.is(status, calls[index]?.isFailing === true ? "rejected" : "fulfilled");
      }
      for (const one of spans) {
        for (const other of spans) {
          const [first, second] = [calls[one.index], calls[other.index]];
          const isOrdered =
            one.index < other.index &&
            first?.category === second?.category &&
            (first?.key === undefined || second?.key === undefined || first.key === second.key);
          if (isOrdered) t.true(one.end < other.start, `${one.index} before ${other.index}`);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test("writes of different keys, and of different categories, do not wait for each other", async (t) => {
  const order = new WriteOrder();
  const never = new Promise<void>(() => {});
  void order.write("player", "a", () => never);
  void order.clear("skin", () => never);
  const done: string[] = [];
  await order.write("player", "b", async () => void done.push("b"));
  await order.write("cape", "a", async () => void done.push("cape"));
  t.deepEqual(done, ["b", "cape"]);
});

test("idle() waits for the writes that were called, failed ones included", async (t) => {
  const order = new WriteOrder();
  let isDone = false;
  const failing = order.write("player", "a", async () => {
    await turn();
    isDone = true;
    throw new Error("failing");
  });
  await Promise.all([order.idle(), t.throwsAsync(failing)]);
  t.true(isDone);
});
