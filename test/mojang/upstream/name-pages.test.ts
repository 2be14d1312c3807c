import test from "ava";

import { NamePages } from "../../../src/mojang/upstream/name-pages.js";
import type { NameResult } from "../../../src/mojang/upstream/names-page.js";
import type { Priority } from "../../../src/mojang/upstream/priority.js";
import { FakeClock } from "../../support/fake-clock.js";

interface Page {
  readonly names: readonly string[];
  readonly priority: Priority;
  readonly signal: AbortSignal | undefined;
  readonly waitUntilMs: number | undefined;
}

const FIRST = { priority: "first" } as const;
const REFRESH = { priority: "refresh" } as const;

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
    lookUp: async (names, { priority, signal, waitUntilMs }) => {
      seen.push({ names, priority, signal, waitUntilMs });
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
  const found = Promise.all([pages.find("one", FIRST), pages.find("two", FIRST)]);
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
  const found = Promise.all(names.map((name) => pages.find(name, FIRST)));
  t.deepEqual(
    seen.map((page) => page.names.length),
    [10],
  );
  await clock.advance(5);
  t.is((await found).length, 11);
});

test("a page is as urgent as its most urgent name", async (t) => {
  const { clock, pages, seen } = open();
  void pages.find("one", REFRESH);
  void pages.find("two", FIRST);
  await clock.advance(5);
  void pages.find("three", REFRESH);
  await clock.advance(5);
  void pages.find("four", REFRESH);
  void pages.find("five", { priority: "bulk" });
  await clock.advance(5);
  t.deepEqual(
    seen.map(({ priority }) => priority),
    ["first", "refresh", "bulk"],
  );
});

test("a page waits for a token as long as the most patient of those who ask", async (t) => {
  const { clock, pages, seen } = open();
  void pages.find("one", FIRST);
  void pages.find("two", { priority: "bulk", waitUntilMs: 2_000 });
  void pages.find("three", { priority: "bulk", waitUntilMs: 1_000 });
  await clock.advance(5);
  void pages.find("four", FIRST);
  await clock.advance(5);
  t.deepEqual(
    seen.map(({ waitUntilMs }) => waitUntilMs),
    [2_000, undefined],
  );
});

test("a page is given up once nobody waits for any of its names", async (t) => {
  const { clock, pages, seen } = open();
  const [one, two] = [new AbortController(), new AbortController()];
  void pages.find("one", { ...FIRST, signal: one.signal });
  void pages.find("two", { ...FIRST, signal: two.signal });
  await clock.advance(5);
  one.abort();
  t.false(seen[0]?.signal?.aborted);
  two.abort();
  t.true(seen[0]?.signal?.aborted);
});

test("a name is asked for once in a page, however it is written and whoever asks", async (t) => {
  const { clock, pages, seen } = open();
  const found = Promise.all([pages.find("one", FIRST), pages.find("ONE", FIRST)]);
  await clock.advance(5);
  t.deepEqual(await found, ["ONE", "ONE"]);
  t.deepEqual(seen[0]?.names, ["one"]);
});

test("a name that was not found, or failed, is so by itself", async (t) => {
  const { clock, pages } = open({ none: undefined, wrong: new Error("on purpose") });
  const found = Promise.allSettled(["one", "none", "wrong"].map((name) => pages.find(name, FIRST)));
  await clock.advance(5);
  const [one, none, wrong] = await found;
  t.is(one?.status === "fulfilled" && one.value, "ONE");
  t.deepEqual(none, { status: "fulfilled", value: undefined });
  t.is(wrong?.status, "rejected");
});

test("a page that fails fails for all its names", async (t) => {
  const clock = new FakeClock();
  const pages = new NamePages<string>({ clock, lookUp: () => Promise.reject(new Error("on purpose")) });
  const found = Promise.allSettled(["one", "two"].map((name) => pages.find(name, FIRST)));
  await clock.advance(5);
  t.deepEqual(
    (await found).map(({ status }) => status),
    ["rejected", "rejected"],
  );
});
