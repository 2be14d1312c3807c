import type { ConfigPath } from "./format-path.js";
import type { IssueList } from "./issue-list.js";
import { readDuration } from "./read-duration.js";

/** The times another one is measured by. */
type Measure = "ttl" | "loadTimeout";

/**
 * Reports times of a category that are right each by itself but not together.
 *
 * @param times as they were said, right or wrong.
 * @param at the category's place.
 * @param defaultsMs what holds of what was not said, in ms; without one it is for others to say, and not compared.
 */
export function checkTimes(
  times: Readonly<Record<string, unknown>>,
  at: ConfigPath,
  issues: IssueList,
  defaultsMs: Partial<Record<Measure, number>> = {},
): void {
  const { refreshAhead, loadSoftTimeout } = times;
  const measureMs = (name: Measure): number =>
    // A measure that is wrong has been reported.
    issues.has([...at, name]) ? Number.NaN : msOf(times[name] ?? defaultsMs[name]);
  const describe = (name: Measure): string =>
    times[name] === undefined ? `${defaultsMs[name]} ms by default` : issues.describe(times[name]);
  // From the first on, every hit would start a load.
  if (msOf(refreshAhead) >= measureMs("ttl")) {
    const received = issues.describe(refreshAhead);
    issues.add([...at, "refreshAhead"], `expected less than ttl, ${describe("ttl")}: received ${received}`);
  }
  if (msOf(loadSoftTimeout) > measureMs("loadTimeout")) {
    const expected = `at most loadTimeout, ${describe("loadTimeout")}`;
    issues.add(
      [...at, "loadSoftTimeout"],
      `expected ${expected}: received ${issues.describe(loadSoftTimeout)}`,
    );
  }
}

/** NaN, which compares to nothing, where it is no duration. */
function msOf(value: unknown): number {
  const reading = readDuration(value);
  return "ms" in reading ? reading.ms : Number.NaN;
}
