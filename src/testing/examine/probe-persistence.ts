import { randomBytes } from "node:crypto";
import { textBytes } from "../bytes.js";
import type { OpenLife } from "../opened-life.js";
import type { CheckSubject } from "../run-check.js";

/** Whether a second life has what a first has stored. */
export async function probePersistence(
  openLife: OpenLife,
  { parameters: ask, cleanUp }: Pick<CheckSubject, "parameters" | "cleanUp">,
): Promise<boolean> {
  const parameters = await ask();
  const key = { category: `kit-${randomBytes(4).toString("hex")}`, key: "probe" };
  try {
    const first = await openLife(parameters);
    // Where it cannot store at all, that is for the checks to tell.
    await first.face.put(key, { value: textBytes("value") }).catch(() => undefined);
    await first.close();
    const second = await openLife(parameters);
    const found = await second.face.get(key).catch(() => undefined);
    await second.face.purge(key).catch(() => undefined);
    await second.close();
    return found !== undefined;
  } finally {
    await cleanUp?.(parameters);
  }
}
