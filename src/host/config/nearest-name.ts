/** Names longer than this get no suggestion: the comparison costs the product of both lengths. */
const MAX_CHARACTERS = 64;

/**
 * Finds the known name a mistaken one was probably meant to be.
 *
 * @returns the nearest of `known` by letters changed, added, dropped or swapped, letter case apart, if at most a
 * third of the mistaken name's letters differ; otherwise `undefined`.
 */
export function nearestName(mistaken: string, known: Iterable<string>): string | undefined {
  if (mistaken.length > MAX_CHARACTERS) return undefined;
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(mistaken.length / 3)) + 1;
  for (const name of known) {
    const edits = countEdits(mistaken.toLowerCase(), name.toLowerCase());
    if (edits >= least) continue;
    nearest = name;
    least = edits;
  }
  return nearest;
}

/** The distance of optimal string alignment: Levenshtein's, with a swap of two neighbours counted as one edit. */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      // Rows are filled from the left and as long as `to`, so that every index read here exists.
      let edits = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (isSwap) edits = Math.min(edits, beforeLast[j - 2]! + 1);
      row.push(edits);
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length]!;
}
