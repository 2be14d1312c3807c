import test from "ava";
import {
  BackendError,
  BackendOverloadedError,
  BackendTimeoutError,
  PluginUnavailableError,
} from "../../../src/contract/errors.js";
import { callEach } from "../../../src/host/cache/call-each.js";

const items = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const isServing = (): boolean => true;

test("each item has its own result of the call for all, in their order", async (t) => {
  const many = (given: readonly number[]): Promise<string[]> =>
    Promise.resolve(given.map((item) => `${item}`));
  const results = callEach(items(600), { many, one: () => t.fail(), isServing });
  t.deepEqual(
    await Promise.all(results),
    items(600).map((item) => `${item}`),
  );
});

test("no call has more than 256 items, and a call that fails concerns its own only", async (t) => {
  const failure = new BackendTimeoutError("slow");
  const sizes: number[] = [];
  const many = async (given: readonly number[]): Promise<number[]> => {
    sizes.push(given.length);
    if (given.includes(300)) throw failure;
    return [...given];
  };
  const ended = await Promise.allSettled(callEach(items(600), { many, one: () => t.fail(), isServing }));
  t.deepEqual(sizes, [256, 256, 88]);
  t.deepEqual(
    ended.flatMap(({ status }, index) => (status === "rejected" ? [index] : [])),
    items(256).map((index) => index + 256),
  );
});

test("where the backend fails a call, each of its items is tried alone, and fails alone", async (t) => {
  const failure = new BackendError("broken");
  const ended = await Promise.allSettled(
    callEach(items(3), {
      many: () => Promise.reject(failure),
      one: (item) => (item === 1 ? Promise.reject(failure) : Promise.resolve(item)),
      isServing,
    }),
  );
  t.deepEqual(ended, [
    { status: "fulfilled", value: 0 },
    { status: "rejected", reason: failure },
    { status: "fulfilled", value: 2 },
  ]);
});

for (const refusal of [
  new PluginUnavailableError("a key ended it twice"),
  new BackendOverloadedError("too large"),
]) {
  test(`where a call is refused with ${refusal.name} though the backend serves, each of its items is tried alone`, async (t) => {
    const calls = {
      many: () => Promise.reject(refusal),
      one: (item: number) => (item === 1 ? Promise.reject(refusal) : Promise.resolve(item)),
    };
    const ended = await Promise.allSettled(callEach(items(3), { ...calls, isServing }));
    t.deepEqual(
      ended.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    const down = callEach(items(3), { ...calls, one: () => t.fail(), isServing: () => false });
    for (const call of down) t.is(await t.throwsAsync(call), refusal);
  });
}

test("of no items there is no call", (t) => {
  t.deepEqual(callEach([], { many: () => t.fail(), one: () => t.fail(), isServing }), []);
});
