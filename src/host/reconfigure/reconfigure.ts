/** Takes a running cache from one configuration to another: all of it, or none. */
import { ClosedError } from "../../contract/errors.js";
import type { CategorySet } from "../category-set.js";
import type { Config } from "../config/config.js";
import type { PluginSet } from "../plugin-set.js";
import type { HostServices } from "../plugins/host-services.js";
import { checkFixed } from "./check-fixed.js";
import { PluginChanges } from "./plugin-changes.js";
import type { ReconfigureReport } from "./report.js";

export interface ReconfigureOptions {
  readonly services: HostServices;
  readonly plugins: PluginSet;
  readonly categories: CategorySet;
  readonly current: Config;
  readonly next: Config;
  readonly isClosed: () => boolean;
  /** Everything goes by the new configuration. */
  readonly onDone: () => void;
}

/**
 * @throws {ConfigError} what the configuration says cannot be done while the cache is open; lists every such mistake.
 * @throws {PluginLoadError} plugins or backends could not be had.
 * @throws {ClosedError} the cache is closed.
 */
export async function reconfigure(options: ReconfigureOptions): Promise<ReconfigureReport> {
  const { services, plugins, categories, current, next, isClosed } = options;
  // It may have been closed while the configuration was read: what is begun now would be seen to by nobody.
  if (isClosed()) throw closed();
  checkFixed(current, next);
  categories.check(next);
  services.secrets.add(next.secrets);
  const changes = new PluginChanges(plugins, services.registry, next);
  try {
    await changes.prepare();
  } catch (error) {
    throw isClosed() ? closed() : error;
  }
  try {
    if (isClosed()) throw closed();
    // Once more: others may have been opened meanwhile.
    const terms = categories.check(next);
    // From here to the end of the turn nobody can come in between but listeners.
    const report = { plugins: changes.make(), categories: categories.adopt(terms) };
    changes.remove();
    options.onDone();
    return report;
  } catch (error) {
    changes.drop();
    throw error;
  }
}

function closed(): ClosedError {
  return new ClosedError("Cannot reconfigure: Stockpile is closed", { operation: "reconfigure" });
}
