/** How {@link askInTurn} has ended. */
export interface AskedInTurn<R> {
  /** Of those who were answered, in the order of asking. */
  readonly answers: readonly R[];
  /** Why not all of them were. */
  readonly failure: { readonly error: unknown } | undefined;
}

/**
 * Asks for one item after the other, for `atOnce` of them at a time. Once one has failed no other is begun, and what is
 * under way is waited for, so that it is known what is missing. Never rejects.
 */
export async function askInTurn<T, R>(
  items: readonly T[],
  atOnce: number,
  ask: (item: T) => Promise<R>,
): Promise<AskedInTurn<R>> {
  const answers = new Map<number, R>();
  const left = items.entries();
  let failure: AskedInTurn<R>["failure"];
  const askOn = async (): Promise<void> => {
    for (const [index, item] of left) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- in turn
        answers.set(index, await ask(item));
      } catch (error) {
        failure ??= { error };
      }
      if (failure !== undefined) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askOn));
  return { answers: [...answers].toSorted(([a], [b]) => a - b).map(([, answer]) => answer), failure };
}
