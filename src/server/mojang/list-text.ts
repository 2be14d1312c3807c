import { inPortions } from "../in-portions.js";

/** Items that are written in one turn of the event loop: a millisecond's work. */
const PORTION_ITEMS = 1_000;

/** A list as JSON, which is written in portions: one of thousands of items would hold up everybody else. */
export async function listText<T>(items: readonly T[], toJson: (item: T) => object): Promise<string> {
  const portions = await inPortions(items, PORTION_ITEMS, (portion) =>
    portion.map((item) => JSON.stringify(toJson(item))).join(","),
  );
  return `[${portions.join(",")}]`;
}
