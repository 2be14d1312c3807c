/**
 * Measures contenders in turns: what the machine does besides then falls on all of them alike. Every round begins
 * with another contender, and each finds a collected heap where Node was started with `--expose-gc`.
 * @returns per contender its results, one per round, in the order of the rounds.
 */
export async function measureInTurns<Contender, Result>(
  contenders: readonly Contender[],
  rounds: number,
  measure: (contender: Contender) => Promise<Result>,
): Promise<Map<Contender, Result[]>> {
  const results = new Map<Contender, Result[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      globalThis.gc?.();
      results.get(contender)?.push(await measure(contender));
    }
  }
  return results;
}
