import test from "ava";
import { BackendError, BackendTimeoutError } from "../../../src/contract/errors.js";
import { callEach } from "../../../src/host/cache/call-each.js";

const items = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test("each item has its own result of the call for all, in their order", async (t) => {
  const many = (given: readonly number[]): Promise<string[]> =>
    Promise.resolve(given.map((item) => `${item}`));
  const results = callEach(items(600), many, () => t.fail());
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
  const ended = await Promise.allSettled(callEach(items(600), many, () => t.fail()));
  t.deepEqual(sizes, [256, 256, 88]);
  t.deepEqual(
    ended.flatMap(({ status }, index) => (status === "rejected" ? [index] : [])),
    items(256).map((index) => index + 256),
  );
});

test("where the backend fails a call, each of its items is tried alone, and fails alone", async (t) => {
  const failure = new BackendError("broken");
  const ended = await Promise.allSettled(
    callEach(
      items(3),
      () => Promise.reject(failure),
      (item) => (item === 1 ? Promise.reject(failure) : Promise.resolve(item)),
    ),
  );
  t.deepEqual(ended, [
    { status: "fulfilled", value: 0 },
    { status: "rejected", reason: failure },
    { status: "fulfilled", value: 2 },
  ]);
});

test("of no items there is no call", (t) => {
  t.deepEqual(
    callEach(
      [],
      () => t.fail(),
      () => t.fail(),
    ),
    [],
  );
});
