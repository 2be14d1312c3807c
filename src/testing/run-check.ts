import { randomBytes } from "node:crypto";
import { BrokenSentenceError } from "./broken-sentence.js";
import type { Check, CheckContext } from "./check.js";
import { describeError } from "./describe.js";
import type { OpenLife } from "./opened-life.js";
import type { BackendPromises } from "./promises.js";
import { TestedLife } from "./tested-life.js";

/** What a check is run against. */
export interface CheckSubject {
  readonly openLife: OpenLife;
  readonly parameters: () => unknown;
  readonly cleanUp: ((parameters: unknown) => void | Promise<void>) | undefined;
  readonly promises: BackendPromises;
}

/** Makes the categories of one run differ from those of another, in case they share a store. */
const PREFIX_BYTES = 4;

/**
 * Runs one check on a store of its own, and closes and cleans up whatever comes of it.
 * @throws {BrokenSentenceError} the claim does not hold.
 */
export async function runCheck(check: Check, subject: CheckSubject): Promise<void> {
  const parameters = await subject.parameters();
  const lives: TestedLife[] = [];
  const prefix = `kit-${randomBytes(PREFIX_BYTES).toString("hex")}.`;
  const context: CheckContext = {
    promises: subject.promises,
    category: (name) => prefix + name,
    at: (key, category = "one") => ({ category: prefix + category, key }),
    async open() {
      const life = new TestedLife(await openLife(subject, parameters));
      lives.push(life);
      return life;
    },
  };
  try {
    await check.run(context);
  } finally {
    // Without a word, whatever comes of it: closing has checks of its own.
    await Promise.allSettled(lives.map((life) => life.close()));
    await subject.cleanUp?.(parameters);
  }
}

async function openLife(subject: CheckSubject, parameters: unknown): ReturnType<OpenLife> {
  try {
    return await subject.openLife(parameters);
  } catch (error) {
    if (error instanceof BrokenSentenceError) throw error;
    throw new BrokenSentenceError({
      sentence: "open",
      after: "the start of a life",
      expected: "it opens the backend",
      received: describeError(error),
      cause: error,
    });
  }
}
