import { BackendError } from "../../contract/errors.js";

/** Items of one call: enough to save most of the overhead of calls, few enough to fail alone. */
const MAX_ITEMS = 256;

/**
 * Calls a backend for many items at once and answers for each by itself. Where a call for many fails in the backend,
 * each of its items is tried alone, so that one that the backend cannot bear fails alone.
 * @param many Answers one result for each item, in their order.
 */
export function callEach<Item, Result>(
  items: readonly Item[],
  many: (items: readonly Item[]) => Promise<readonly Result[]>,
  one: (item: Item) => Promise<Result>,
): Promise<Result>[] {
  const results: Promise<Result>[] = [];
  for (let start = 0; start < items.length; start += MAX_ITEMS) {
    const chunk = items.slice(start, start + MAX_ITEMS);
    const answer = many(chunk);
    for (const [index, item] of chunk.entries()) {
      results.push(
        answer.then(
          (answers) => answers[index] as Result, // one for each item
          (reason: unknown) => {
            if (reason instanceof BackendError) return one(item);
            throw reason;
          },
        ),
      );
    }
  }
  return results;
}
