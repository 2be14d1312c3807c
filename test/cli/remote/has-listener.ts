import type { ExecutionContext } from "ava";
import { setTimeout as sleep } from "node:timers/promises";

import type { RunningServer } from "../../../src/server/main.js";
import { send } from "../../server/send.js";

/** Waits until somebody listens to a server's events; what happens before it does not hear of. */
export async function hasListener(t: ExecutionContext, { address }: RunningServer): Promise<void> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    // oxlint-disable no-await-in-loop -- One look after the other.
    const { body } = await send(address.url, "/api/status");
    if (JSON.parse(body.toString()).eventListeners === 1) return;
    await sleep(10);
    // oxlint-enable no-await-in-loop
  }
  t.fail("Nobody listens");
}
