import { BackendError, BackendOverloadedError, PluginUnavailableError } from "../../contract/errors.js";

/** Items of one call: enough to save most of the overhead of calls, few enough to fail alone. */
const MAX_ITEMS = 256;

/** How items are sent. */
export interface EachCalls<Item, Result> {
  /** Answers one result for each item, in their order. */
  readonly many: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly one: (item: Item) => Promise<Result>;
  readonly isServing: () => boolean;
}

/**
 * Calls a backend for many items at once and answers for each by itself. Where a call for many fails in the backend,
 * or is refused though the backend serves, each of its items is tried alone: so one that the backend cannot bear, or
 * that is refused as the end of its plugin, fails alone, and many large ones are not too much together.
 */
export function callEach<Item, Result>(
  items: readonly Item[],
  { many, one, isServing }: EachCalls<Item, Result>,
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
            if (reason instanceof BackendError || (isRefusal(reason) && isServing())) return one(item);
            throw reason;
          },
        ),
      );
    }
  }
  return results;
}

/** Whether nothing of a call was done, nor will be. */
function isRefusal(reason: unknown): boolean {
  return reason instanceof PluginUnavailableError || reason instanceof BackendOverloadedError;
}
