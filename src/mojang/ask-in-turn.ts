import { Portions } from "./portions.js";

/** How {@link askInTurn} has ended. */
export interface AskedInTurn<R> {
  /** Of those who were answered, in the order of asking. */
  readonly answers: readonly R[];
  /** Why not all of them were. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** Items that are asked for in one turn of the event loop, where no answer has to be waited for. */
const PORTION_ITEMS = 100;

/**
 * Asks for one item after the other, for `atOnce` of them at a time, and lets others have their turn in between. Once one
 * has failed no other is begun, and what is under way is waited for, so that it is known what is missing. Never rejects.
 */
export async function askInTurn<T, R>(
  items: readonly T[],
  atOnce: number,
  ask: (item: T) => Promise<R>,
): Promise<AskedInTurn<R>> {
  const answers: R[] = [];
  const left = items.entries();
  const portions = new Portions(PORTION_ITEMS);
  let failure: AskedInTurn<R>["failure"];
  const askOn = async (): Promise<void> => {
    for (const [index, item] of left) {
      // oxlint-disable-next-line no-await-in-loop -- in turn
      await portions.next();
      if (failure !== undefined) return;
      try {
        // oxlint-disable-next-line no-await-in-loop -- in turn
        answers[index] = await ask(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, askOn));
  // Without the places of those that were not answered.
  return { answers: answers.filter(() => true), failure };
}

/** The same, where nothing may be missing: rejects with what was the first to fail. */
export async function askAllInTurn<T, R>(
  items: readonly T[],
  atOnce: number,
  ask: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const { answers, failure } = await askInTurn(items, atOnce, ask);
  if (failure !== undefined) throw failure.error;
  return answers;
}
