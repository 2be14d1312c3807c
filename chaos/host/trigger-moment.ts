/** Has a plugin come to a moment: what is armed for it happens then. */
import type { Moment } from "../cells/cell.js";
import { FAULTY_KEY, OTHER_KEY } from "../plugin/subject.js";
import type { CallLog } from "./call-log.js";
import { complainOf, writeTo } from "./kept-values.js";
import type { Ledger } from "./ledger.js";
import type { Stage } from "./stage.js";

/** What is written next: of all stages, so that no two writes of a host are the same. */
let number = 0;

export const triggerMoment = {
  /** Puts there what the moments need. */
  async prepare(stage: Stage, log: CallLog, ledger: Ledger): Promise<void> {
    for (const key of [FAULTY_KEY, OTHER_KEY]) {
      await log.make("set", stage.limits.call, () => writeTo(stage.strict, ledger, key, (number += 1)));
    }
  },

  /** Answers how it ended, by code or `answered`; `undefined` where nobody waits for anything. */
  async at(moment: Moment, stage: Stage, log: CallLog, ledger: Ledger): Promise<string | undefined> {
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
          const value = await strict.get(FAULTY_KEY);
          // As for callers; and a backend that mixes up keys answers nothing that could be handed out.
          if (value === undefined) return;
          const complaint = complainOf(ledger, FAULTY_KEY, value);
          if (complaint !== undefined) log.wrong.push(complaint);
        });
      case "put":
        return log.make("set", limits.call, () => writeTo(strict, ledger, FAULTY_KEY, (number += 1)));
      case "purge":
        return log.make("delete", limits.call, () => writeTo(strict, ledger, FAULTY_KEY, "nothing"));
      case "scan":
        return log.make("keys", limits.call, async () => {
          // To the end: keys of writes that wait come first, and the backend has not been asked for those.
          const keys: string[] = [];
          for await (const key of strict.keys()) keys.push(key);
          if (keys.length === 0 && !ledger.isUncertain(FAULTY_KEY))
            log.wrong.push("keys: expected some: received none");
        });
      case "idle":
        return undefined;
    }
  },
} as const;
