import test from "ava";

import { NamePages } from "../../../src/mojang/upstream/name-pages.js";
import type { NameResult } from "../../../src/mojang/upstream/names-page.js";
import type { Priority } from "../../../src/mojang/upstream/priority.js";
import { FakeClock } from "../../support/fake-clock.js";

interface Page {
  readonly names: readonly string[];
  readonly priority: Priority;
}

/** Finds every name to be itself, in upper case. */
function open(results: Record<string, NameResult<string>> = {}): {
  clock: FakeClock;
  pages: NamePages<string>;
  seen: Page[];
} {
  const clock = new FakeClock();
  const seen: Page[] = [];
  const pages = new NamePages<string>({
    clock,
    lookUp: async (names, priority) => {
      seen.push({ names, priority });
      return new Map(
        names.map((name) => {
          const key = name.toLowerCase();
          return [key, Object.hasOwn(results, key) ? results[key] : name.toUpperCase()];
        }),
      );
    },
  });
  return { clock, pages, seen };
}

test("a page waits 5 ms for more names", async (t) => {
  const { clock, pages, seen } = open();
  const found = Promise.all([pages.find("one", "first"), pages.find("two", "first")]);
  await clock.advance(4);
  t.is(seen.length, 0);
  await clock.advance(1);
  t.is(seen.length, 1);
  t.like(seen[0], { names: ["one", "two"], priority: "first" });
  t.deepEqual(await found, ["ONE", "TWO"]);
  t.is(clock.pending, 0);
});

test("a page of ten does not wait", async (t) => {
  const { clock, pages, seen } = open();
  const names = Array.from({ length: 11 }, (_none, index) => `name_${index}`);
  const found = Promise.all(names.map((name) => pages.find(name, "first")));
  t.deepEqual(
    seen.map((page) => page.names.length),
    [10],
  );
  await clock.advance(5);
  t.is((await found).length, 11);
});

test("a page is as urgent as its most urgent name", async (t) => {
  const { clock, pages, seen } = open();
  void pages.find("one", "refresh");
  void pages.find("two", "first");
  await clock.advance(5);
  void pages.find("three", "refresh");
  await clock.advance(5);
  void pages.find("four", "refresh");
  void pages.find("five", "bulk");
  await clock.advance(5);
  t.deepEqual(
    seen.map(({ priority }) => priority),
    ["first", "refresh", "bulk"],
  );
});

test("a name is asked for once in a page, however it is written and whoever asks", async (t) => {
  const { clock, pages, seen } = open();
  const found = Promise.all([pages.find("one", "first"), pages.find("ONE", "first")]);
  await clock.advance(5);
  t.deepEqual(await found, ["ONE", "ONE"]);
  t.deepEqual(seen[0]?.names, ["one"]);
});

test("a name that was not found, or failed, is so by itself", async (t) => {
  const { clock, pages } = open({ none: undefined, wrong: new Error("on purpose") });
  const found = Promise.allSettled(["one", "none", "wrong"].map((name) => pages.find(name, "first")));
  await clock.advance(5);
  const [one, none, wrong] = await found;
  t.is(one?.status === "fulfilled" && one.value, "ONE");
  t.deepEqual(none, { status: "fulfilled", value: undefined });
  t.is(wrong?.status, "rejected");
});

test("a page that fails fails for all its names", async (t) => {
  const clock = new FakeClock();
  const pages = new NamePages<string>({ clock, lookUp: () => Promise.reject(new Error("on purpose")) });
  const found = Promise.allSettled(["one", "two"].map((name) => pages.find(name, "first")));
  await clock.advance(5);
  t.deepEqual(
    (await found).map(({ status }) => status),
    ["rejected", "rejected"],
  );
});
