/** What a call is told of who waits for it, and what the backend tells the host. */
import { setTimeout as sleep } from "node:timers/promises";
import { patternOf, textBytes } from "../bytes.js";
import type { Check } from "../check.js";
import { describeKeys } from "../describe.js";
import type { CallSettings } from "../opened-life.js";
import { NeverSettledError, within } from "../within.js";
import type { Sentence } from "../sentences.js";
import type { TestedLife } from "../tested-life.js";

/** Time for a report of changes to come from a store, in ms. */
const ECHO_MS = 300;

/** Whether the call succeeded; it may as well fail, but not remain unsettled. */
async function settles(
  life: TestedLife,
  sentence: Sentence,
  after: string,
  run: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await within(run());
    return true;
  } catch (error) {
    if (!(error instanceof NeverSettledError)) return false;
    throw life.breach({
      sentence,
      after,
      expected: "it succeeds or fails",
      received: error.message,
      cause: error,
    });
  }
}

/** Makes every kind of call under circumstances that may fail it, and looks at what it has done. */
async function callsUnder(
  { open, at }: Parameters<Check["run"]>[0],
  {
    sentence,
    what,
    settings,
  }: { readonly sentence: Sentence; readonly what: string; readonly settings: () => CallSettings },
): Promise<void> {
  const life = await open();
  const [former, next] = [patternOf(500, 1), patternOf(100_000, 2)];
  await life.put(at("put"), former);
  await life.put(at("purge"), former);
  const isPut = await settles(life, sentence, `put() ${what}`, () =>
    life.face.put(at("put"), { value: next.slice() }, settings()),
  );
  const isPurged = await settles(life, sentence, `purge() ${what}`, () =>
    life.face.purge(at("purge"), settings()),
  );
  await settles(life, sentence, `get() ${what}`, () => life.face.get(at("put"), settings()));
  await life.expect(at("put"), isPut ? next : [former, next], isPut ? "vouches" : "failing");
  await life.expect(at("purge"), isPurged ? undefined : [former, undefined], isPurged ? "purge" : "failing");
  await life.put(at("put"), textBytes("and on"));
  await life.expect(at("put"), textBytes("and on"), sentence);
}

export const CALLING_CHECKS: readonly Check[] = [
  {
    title: "a call whose signal has aborted before it began settles, and is done or not done",
    ways: ["direct"],
    run: (context) =>
      callsUnder(context, {
        sentence: "signal",
        what: "with an aborted signal",
        settings: () => ({ signal: AbortSignal.abort() }),
      }),
  },
  {
    title: "a call whose signal aborts while it runs settles, and is done or not done",
    ways: ["direct"],
    run: (context) =>
      callsUnder(context, {
        sentence: "signal",
        what: "with a signal that aborts at once",
        settings: () => {
          const controller = new AbortController();
          queueMicrotask(() => controller.abort());
          return { signal: controller.signal };
        },
      }),
  },
  {
    title: "a call whose deadline has passed settles, and is done or not done",
    ways: ["direct"],
    run: (context) =>
      callsUnder(context, {
        sentence: "deadline",
        what: "after its deadline",
        settings: () => ({ deadline: Date.now() - 1000 }),
      }),
  },
  {
    title: "ping() succeeds",
    ways: ["direct"],
    async run({ open }) {
      const life = await open();
      await life.call("ping", "ping()", () => life.face.ping());
    },
  },
  {
    title: "changes the host makes are not told to it as somebody else's",
    ways: ["direct"],
    async run({ open, at }) {
      const life = await open();
      for (const key of ["a", "b"]) await life.put(at(key), textBytes("value"));
      await life.purge(at("b"));
      await sleep(ECHO_MS);
      const own = life.invalidated
        .flatMap((keys) => (keys === "all" ? [] : keys))
        .filter(({ category }) => category === at("a").category);
      if (own.length === 0) return;
      throw life.breach({
        sentence: "invalidate",
        after: "two puts and a purge",
        expected: "no invalidation of these keys",
        received: `one of ${describeKeys(own.map(({ key }) => key))}`,
      });
    },
  },
];
