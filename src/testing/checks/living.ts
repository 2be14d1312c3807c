/** Backends are opened, closed and opened again, and two lives of one may be open at once. */
import type { EntryKey } from "../../contract/backend.js";
import { patternOf, textBytes } from "../bytes.js";
import type { Check } from "../check.js";
import { describeError } from "../describe.js";
import { NeverSettledError, within } from "../within.js";

/** One hour, in ms. */
const HOUR_MS = 3_600_000;

/** What a life leaves to the next. */
function legacy(at: (key: string) => EntryKey): (readonly [EntryKey, Uint8Array | undefined])[] {
  return [
    [at("small"), textBytes("value")],
    [at("../odd\0 key é"), textBytes("odd")],
    [at("empty"), new Uint8Array(0)],
    [at("large"), patternOf(300_000)],
    [at("replaced"), textBytes("new")],
    [at("expiring"), textBytes("later")],
    [at("purged"), undefined],
  ];
}

async function leave({ open, at }: Parameters<Check["run"]>[0]): Promise<void> {
  const life = await open();
  await life.put(at("replaced"), patternOf(1000));
  await life.put(at("purged"), patternOf(1000));
  for (const [key, value] of legacy(at)) {
    if (value === undefined) await life.purge(key);
    else await life.put(key, key.key === "expiring" ? { value, expiresAt: Date.now() + HOUR_MS } : value);
  }
  await life.close();
}

export const LIVING_CHECKS: readonly Check[] = [
  {
    title: "close() succeeds, after calls and without any",
    async run({ open, at }) {
      await (await open()).close();
      const life = await open();
      await life.put(at("a"), textBytes("value"));
      await life.get(at("never"));
      await life.close();
    },
  },
  {
    title: "close() ends while calls are under way, and they settle",
    ways: ["direct"],
    async run({ open, at }) {
      const life = await open();
      const calls = Array.from({ length: 20 }, (_, index) =>
        within(
          index % 2 === 0
            ? life.face.put(at(`key ${index}`), { value: patternOf(100_000, index) })
            : life.face.get(at(`key ${index}`)),
        ).then(
          () => undefined,
          (error: unknown) => error,
        ),
      );
      await life.close();
      const stuck = (await Promise.all(calls)).find((end) => end instanceof NeverSettledError);
      if (stuck === undefined) return;
      const expected = "they succeed or fail";
      throw life.breach({
        sentence: "close",
        after: "calls that were under way at close()",
        expected,
        received: describeError(stuck),
      });
    },
  },
  {
    title: "what was stored is there for the next life, and what was purged is not",
    needs: ["persists"],
    async run(context) {
      await leave(context);
      const next = await context.open();
      for (const [key, value] of legacy(context.at)) await next.expect(key, value, "vouches");
      await next.put(context.at("small"), textBytes("and on"));
      await next.expect(context.at("small"), textBytes("and on"), "open");
    },
  },
  {
    title: "the next life begins with nothing, or with what was stored",
    without: "persists",
    async run(context) {
      await leave(context);
      const next = await context.open();
      for (const [key, value] of legacy(context.at)) await next.expect(key, [value, undefined], "open");
      await next.put(context.at("small"), textBytes("and on"));
      await next.expect(context.at("small"), textBytes("and on"), "open");
    },
  },
  {
    title: "two lives open at once both serve, and each goes on when the other ends",
    ways: ["hosted"],
    async run({ open, at }) {
      const one = await open();
      await one.put(at("of one"), textBytes("one"), "lives");
      const other = await open();
      await other.put(at("of other"), textBytes("other"), "lives");
      await one.expect(at("of one"), textBytes("one"), "lives");
      await other.expect(at("of other"), textBytes("other"), "lives");
      await one.close();
      await other.put(at("afterwards"), textBytes("other"), "lives");
      await other.expect(at("afterwards"), textBytes("other"), "lives");
      await other.expect(at("of other"), textBytes("other"), "lives");
      const third = await open();
      await other.close();
      await third.put(at("last"), textBytes("third"), "lives");
      await third.expect(at("last"), textBytes("third"), "lives");
    },
  },
  {
    title: "two lives open at once see what the other has written, purged and written again",
    ways: ["hosted"],
    needs: ["persists"],
    async run({ open, at }) {
      const lives = [await open(), await open()] as const;
      for (let round = 0; round < 4; round += 1) {
        const [writer, reader] = round % 2 === 0 ? lives : [lives[1], lives[0]];
        // Each has read the key before it changes: what a life keeps of its reads is nothing to the other.
        for (const life of lives) await life.expect(at("a"), undefined, "lives");
        await writer.put(at("a"), textBytes(`round ${round}`), "lives");
        for (const life of lives) await life.expect(at("a"), textBytes(`round ${round}`), "lives");
        await reader.put(at("a"), textBytes(`answer ${round}`), "lives");
        for (const life of lives) await life.expect(at("a"), textBytes(`answer ${round}`), "lives");
        await writer.purge(at("a"), "lives");
        await reader.expect(at("a"), undefined, "lives");
      }
    },
  },
  {
    title: "what one life clears is cleared for another that is open",
    ways: ["hosted"],
    needs: ["persists", "clear"],
    async run({ open, at, category }) {
      const [one, other] = [await open(), await open()];
      await one.put(at("a"), textBytes("value"), "lives");
      await other.put(at("b"), textBytes("value"), "lives");
      await other.call("clear", `clear() of "${category("one")}"`, () => other.face.clear(category("one")));
      for (const key of [at("a"), at("b")]) await one.expect(key, undefined, "lives");
      await one.put(at("a"), textBytes("new"), "lives");
      await other.expect(at("a"), textBytes("new"), "lives");
    },
  },
];
