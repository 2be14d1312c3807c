/**
 * Who may listen on a port that several lives are to be debugged on, one after the other: a plugin's life, its spare,
 * and the life that replaces it. The oldest has it; when it ends, the next one follows.
 */

/** Takes the port; called when its turn has come. */
export type TakeTurn = () => void;

/** Of the whole process, as ports are. */
const waiting = new Map<number, TakeTurn[]>();

/**
 * Waits for a port; `take` is called at once where nobody has it.
 * @returns gives it up, or the place in the line. To be called once.
 */
export function awaitTurn(port: number, take: TakeTurn): () => void {
  const line = waiting.get(port) ?? [];
  waiting.set(port, line);
  line.push(take);
  if (line[0] === take) take();
  return () => {
    const hadIt = line[0] === take;
    line.splice(line.indexOf(take), 1);
    if (line.length === 0) waiting.delete(port);
    else if (hadIt) line[0]?.();
  };
}
