import { join } from "node:path";
import type { SurroundingFault, Surroundings } from "../faults/fault.js";
import { OTHER_KEY } from "../plugin/subject.js";
import type { Suffering } from "./suffering.js";

/** A key that only those write who look at dates. */
const DATED_KEY = "dated";

export function surroundingsOf({ folder, pace, stage, log }: Suffering): Surroundings {
  const { strict, clock } = stage;
  return {
    dataFolder: join(folder, "data"),
    folder,
    pace,
    jumpClock: (ms) => clock.jump(ms),
    datedAhead: async () => {
      await strict.set(DATED_KEY, { key: DATED_KEY, number: 0 });
      const { storedAt = 0 } = await strict.lookup(DATED_KEY);
      return storedAt - Date.now();
    },
    isStored: async () => (await strict.get(OTHER_KEY)) !== undefined,
    failures: (code) => log.causes[code] ?? 0,
  };
}

/** What is missing of a fault's effect; that it cannot be looked for is something missing, too. */
export async function missesOf(
  fault: SurroundingFault,
  surroundings: Surroundings,
): Promise<string | undefined> {
  try {
    return await fault.look(surroundings);
  } catch (error) {
    return `its effect cannot be looked for: ${String(error)}`;
  }
}
