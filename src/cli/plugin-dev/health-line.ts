import type { PluginHealth } from "../../host/main.js";
import { plainText } from "../plain-text.js";

const MIB = 1024 * 1024;
/** Of a failure, which holds a plugin's own words. */
const MAX_FAILURE_CHARACTERS = 300;

/** What somebody who works on a plugin wants to know of it, on one line; a second one for its last failure. */
export function healthLine(health: PluginHealth): string {
  const { name, metadata, state, lives, memory, eventLoop, calls, lastFailure } = health;
  const held = memory.residentBytes ?? memory.heapBytes + memory.externalBytes;
  const parts = [
    `${name} ${plainText(metadata?.version ?? "", 64)}`.trim(),
    state,
    `life ${lives}`,
    `${(held / MIB).toFixed(1)} of ${Math.round(memory.limitBytes / MIB)} MiB`,
    `loop ${Math.round(eventLoop.utilization * 100)} % busy`,
    `calls ${calls.succeeded} done, ${calls.failed} failed, ${calls.timedOut} late, ${calls.inFlight} under way`,
    ...(calls.p50Ms === undefined ? [] : [`p50 ${calls.p50Ms.toFixed(2)} ms`]),
    ...(calls.p99Ms === undefined ? [] : [`p99 ${calls.p99Ms.toFixed(2)} ms`]),
  ];
  const failure =
    lastFailure === undefined
      ? ""
      : `\n  last failure: ${lastFailure.kind}: ${plainText(lastFailure.message, MAX_FAILURE_CHARACTERS)}`;
  return `${parts.join(" · ")}${failure}`;
}
