import { ConfigError } from "../../contract/errors.js";
import type { ConfigIssue } from "../../contract/errors.js";
import { canonicalJson } from "../config/canonical-json.js";
import type { Config } from "../config/config.js";

/**
 * What of a configuration changes while the cache runs. A key that is added to it has to be told here: nothing that a
 * new configuration says may be passed over in silence.
 */
const IS_LIVE: Readonly<Record<keyof Config, boolean>> = {
  // Where it came from.
  source: true,
  directory: true,
  secrets: true,
  // Read by the server, which says what it makes of it.
  server: true,
  mojang: true,
  plugins: true,
  storage: true,
  categories: true,
  near: true,
  // Every life writes into the folder it was begun with.
  crashReports: false,
  // Every life and every category is made with it.
  maxValueBytes: false,
};

/**
 * Refuses what would need the cache to be opened anew.
 * @throws {ConfigError} something else is different; lists each.
 */
export function checkFixed(current: Config, next: Config): void {
  const issues = (Object.keys(IS_LIVE) as (keyof Config)[]).flatMap((key): ConfigIssue[] => {
    if (IS_LIVE[key]) return [];
    const [expected, received] = [current[key], next[key]].map(canonicalJson);
    if (expected === received) return [];
    const message = `expected ${expected}, for it cannot be changed while the cache is open: received ${received}`;
    return [{ path: key, message }];
  });
  if (issues.length > 0) throw new ConfigError(next.source, issues);
}
