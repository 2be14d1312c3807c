import { complainOf } from "./kept-values.js";
import type { Ledgers } from "./kept-values.js";
import { limitsFor } from "./limits.js";
import { Stage } from "./stage.js";
import type { StageOptions } from "./stage.js";

/** What an idle machine reads in a moment, a loaded one in this, in ms. */
const PATIENT_MS = 15_000;
/** Keys asked for at once: of more the runtime refuses some. */
const AT_ONCE = 64;

/** Reads everything that was written by another Stockpile, which knows nothing of it, and tells what is not there. */
export async function readBack(options: StageOptions, ledgers: Ledgers): Promise<string[]> {
  const stage = await Stage.open(patient(options));
  try {
    const complaints: string[] = [];
    for (const name of ["strict", "lenient"] as const) {
      const { keys } = ledgers[name];
      for (let from = 0; from < keys.length; from += AT_ONCE) {
        const found = await Promise.all(
          keys
            .slice(from, from + AT_ONCE)
            .map(async (key) => complainOf(ledgers[name], key, await stage[name].get(key))),
        );
        complaints.push(...found.filter((complaint) => complaint !== undefined));
      }
    }
    return complaints;
  } finally {
    await stage.close();
  }
}

/** The same stage for somebody who only reads, and waits for it. */
export function patient(options: StageOptions): StageOptions {
  const limits = { ...limitsFor("calls", 1), start: PATIENT_MS, call: PATIENT_MS, hang: PATIENT_MS };
  return { ...options, isolation: "thread", limits };
}
