import { digestOf } from "../judge/digest.js";
import { judgeCell } from "../judge/judge-cell.js";
import type { HostOrder } from "../host/host-input.js";
import type { HostProcess } from "./host-process.js";
import type { Attempt } from "./in-attempts.js";

/** Has a host run a cell, and judges what it has seen of it. A host that is gone has seen nothing. */
export async function attemptIn(
  host: HostProcess,
  { number, cell, pace }: Omit<Extract<HostOrder, { type: "cell" }>, "type">,
): Promise<Attempt> {
  const seen = await host.run(number, cell, pace);
  if ("gone" in seen) return { violations: [{ rule: "host", text: `the host is gone: ${seen.gone}` }], pace };
  return { violations: judgeCell(cell, seen), pace, digest: digestOf(seen) };
}
