import { setImmediate } from "node:timers/promises";

/** Items that are written in one turn of the event loop: a millisecond's work. */
const PORTION_ITEMS = 1_000;

/** A list as JSON, which is written in portions: one of thousands of items would hold up everybody else. */
export async function listText<T>(items: readonly T[], toJson: (item: T) => object): Promise<string> {
  const portions: string[] = [];
  for (let start = 0; start < items.length; start += PORTION_ITEMS) {
    // oxlint-disable-next-line no-await-in-loop -- others have their turn
    if (start > 0) await setImmediate();
    const portion = items.slice(start, start + PORTION_ITEMS);
    portions.push(portion.map((item) => JSON.stringify(toJson(item))).join(","));
  }
  return `[${portions.join(",")}]`;
}
