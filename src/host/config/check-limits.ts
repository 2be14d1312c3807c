import {
  DEFAULT_BACKOFF_MS,
  DEFAULT_IN_FLIGHT_BYTES,
  DEFAULT_MAX_BACKOFF_MS,
  DEFAULT_MAX_VALUE_BYTES,
} from "./defaults.js";
import type { IssueList } from "./issue-list.js";
import type { Outline, PluginOutline } from "./outline.js";
import { readDuration } from "./read-duration.js";

/**
 * Reports limits that are right each by itself but not together.
 *
 * @param names the plugins that are to be started, listed or not.
 */
export function checkLimits(outline: Outline, names: Iterable<string>, issues: IssueList): void {
  for (const [name, { restart }] of outline.plugins) checkBackoff(name, restart, issues);
  checkValueSize(outline, names, issues);
}

function checkBackoff(name: string, restart: PluginOutline["restart"], issues: IssueList): void {
  const { backoff = DEFAULT_BACKOFF_MS, maxBackoff = DEFAULT_MAX_BACKOFF_MS } = restart;
  const first = readDuration(backoff);
  const longest = readDuration(maxBackoff);
  if (!("ms" in first && "ms" in longest) || first.ms <= longest.ms) return;
  const at = ["plugins", name, "restart"];
  if (restart["backoff"] !== undefined) {
    const limit = describeLimit(restart["maxBackoff"], DEFAULT_MAX_BACKOFF_MS, issues);
    issues.add(
      [...at, "backoff"],
      `expected at most maxBackoff, ${limit}: received ${issues.describe(backoff)}`,
    );
  } else if (!issues.has([...at, "maxBackoff"])) {
    const limit = describeLimit(undefined, DEFAULT_BACKOFF_MS, issues);
    issues.add(
      [...at, "maxBackoff"],
      `expected at least backoff, ${limit}: received ${issues.describe(maxBackoff)}`,
    );
  }
}

function describeLimit(said: unknown, byDefault: number, issues: IssueList): string {
  return said === undefined ? `${byDefault} ms by default` : issues.describe(said);
}

/** The largest value must fit into what may be under way to a plugin, or every call with one would be refused. */
function checkValueSize(
  { plugins, maxValueBytes }: Outline,
  names: Iterable<string>,
  issues: IssueList,
): void {
  const size = maxValueBytes ?? DEFAULT_MAX_VALUE_BYTES;
  if (typeof size !== "number" || issues.has(["maxValueBytes"])) return;
  const small: string[] = [];
  for (const name of names) {
    const bytes = plugins.get(name)?.limits["inFlightBytes"];
    if (bytes === undefined && DEFAULT_IN_FLIGHT_BYTES < size) small.push(name);
    const at = ["plugins", name, "limits", "inFlightBytes"];
    if (typeof bytes !== "number" || bytes >= size || issues.has(at)) continue;
    const limit = maxValueBytes === undefined ? `${size} by default` : size;
    issues.add(at, `expected at least maxValueBytes, ${limit}: received ${bytes}`);
  }
  if (small.length === 0) return;
  const limit = `limits.inFlightBytes of plugin ${small.join(", ")}, ${DEFAULT_IN_FLIGHT_BYTES} by default`;
  issues.add(["maxValueBytes"], `expected at most ${limit}: received ${size}`);
}
