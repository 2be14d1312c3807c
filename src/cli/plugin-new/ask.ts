import { createInterface } from "node:readline/promises";

/** One question: what is asked, and what holds where nothing is answered. */
export interface Question {
  readonly text: string;
  readonly fallback: string;
}

/** Where answers come from and questions go; default the process's own, with stdout left to results. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

const OWN: Terminal = { input: process.stdin, output: process.stderr };

/**
 * Asks on a terminal, one question after the other.
 * @returns an answer to each; the fallback where it was left empty.
 * @throws {Error} the input ended before.
 */
export async function ask(
  questions: readonly Question[],
  { input, output }: Terminal = OWN,
): Promise<string[]> {
  const terminal = createInterface({ input, output });
  const ended = new AbortController();
  terminal.on("close", () => ended.abort());
  try {
    const answers: string[] = [];
    for (const { text, fallback } of questions) {
      const hint = fallback === "" ? "" : ` (${fallback})`;
      const answer = await terminal.question(`${text}${hint}: `, { signal: ended.signal });
      answers.push(answer.trim() === "" ? fallback : answer.trim());
    }
    return answers;
  } catch (error) {
    if (ended.signal.aborted)
      throw new Error("Cannot make a plugin: the questions were not answered", { cause: error });
    throw error;
  } finally {
    terminal.close();
  }
}
