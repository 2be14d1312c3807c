import { writeSync } from "node:fs";

/**
 * Takes steps one after the other, and prints how each ended as `<step> <JSON>`: `{ answer }`, or `{ message, code }`
 * of what it failed with. Then prints `done`.
 */
export async function takeSteps(
  steps: readonly string[],
  take: (step: string) => Promise<unknown>,
): Promise<void> {
  for (const step of steps) {
    let end: unknown;
    try {
      end = { answer: await take(step) };
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      end = { message, code };
    }
    writeSync(1, `${step} ${JSON.stringify(end)}\n`);
  }
  writeSync(1, "done\n");
}
