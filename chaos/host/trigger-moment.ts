/** Has a plugin come to a moment: what is armed for it happens then. */
import type { Moment } from "../cells/cell.js";
import { FAULTY_KEY, OTHER_KEY } from "../plugin/subject.js";
import type { CallLog } from "./call-log.js";
import { complainOf, writeTo } from "./kept-values.js";
import type { Ledger } from "./ledger.js";
import type { Stage } from "./stage.js";

/** The key whose calls meet a fault of the surroundings: nothing is written to it afterwards, which might mend it. */
export const HINDERED_KEY = "hindered";

/** What is written next: of all stages, so that no two writes of a host are the same. */
let number = 0;

/** The key that the calls of a moment are about. */
type TriggerKey = typeof FAULTY_KEY | typeof HINDERED_KEY;

interface Trigger {
  readonly stage: Stage;
  readonly log: CallLog;
  readonly ledger: Ledger;
}

export const triggerMoment = {
  /** Puts there what the moments need. */
  async prepare({ stage, log, ledger }: Trigger): Promise<void> {
    await Promise.all(
      [FAULTY_KEY, OTHER_KEY, HINDERED_KEY].map((key) =>
        log.make("set", stage.limits.call, () => writeTo(stage.strict, ledger, key, (number += 1))),
      ),
    );
  },

  /** Answers how it ended, by code or `answered`; `undefined` where nobody waits for anything. */
  async at(moment: Moment, key: TriggerKey, { stage, log, ledger }: Trigger): Promise<string | undefined> {
    const { strict, limits } = stage;
    switch (moment) {
      case "load":
      case "initialise":
      case "open":
      case "close":
        // What was let go ends beside the new life, which is waited for: its start, and its backend's.
        return log.make("restart", 2 * limits.start + limits.stop, () => stage.restart());
      case "get":
        return log.make("get", limits.call, async () => {
          const value = await strict.get(key);
          // As for callers; and a backend that mixes up keys answers nothing that could be handed out.
          if (value === undefined) return;
          const complaint = complainOf(ledger, key, value);
          if (complaint !== undefined) log.wrong.push(complaint);
        });
      case "put":
        return log.make("set", limits.call, () => writeTo(strict, ledger, key, (number += 1)));
      case "purge":
        return log.make("delete", limits.call, () => writeTo(strict, ledger, key, "nothing"));
      case "scan":
        return log.make("keys", 2 * limits.call, async () => {
          // Not the first one only: keys of writes that wait come first, and the backend has not been asked for those.
          // On a slow disk they come page by page, each a call; none is begun when the time of one is over.
          const startedAt = performance.now();
          const keys: string[] = [];
          for await (const listed of strict.keys()) {
            keys.push(listed);
            if (performance.now() - startedAt > limits.call) break;
          }
          if (keys.length === 0 && !ledger.isUncertain(key))
            log.wrong.push("keys: expected some: received none");
        });
      case "idle":
        return undefined;
    }
  },
} as const;
